// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { displayUrl, HttpError, isLoopback, parseHttpUrl } from '@colophon/http';
import { MetadataChain } from './metadata-chain.ts';
import { parseRoleMetadata } from './role-metadata.ts';
import { TufError } from './tuf-error.ts';

/**
 * Where trust in a repository begins: at the bytes of a root, or at the digest of one (SHA-256, lower-case
 * hexadecimal) that the repository itself serves as `VERSION.root.json`.
 */
export type Bootstrap =
  | { readonly kind: 'root'; readonly bytes: Uint8Array }
  | { readonly kind: 'pinned'; readonly version: number; readonly sha256: string };

/** A TUF repository, and why it is trusted. */
export interface TufRepository {
  /** Without a slash at the end. */
  readonly url: string;
  readonly bootstrap: Bootstrap;
}

/** The files that are taken from a repository; all others have been deprecated by Sigstore. */
export const TARGET_NAMES = ['trusted_root.json', 'signing_config.v0.2.json'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/**
 * The URL of a repository in its one spelling. Plain http is for this very machine: the files are signed, but who
 * can read the requests knows who verifies what, and who can hold them back decides when trust grows old.
 * @throws TufError ERR_TUF_URL
 */
export function repositoryUrl(text: string): string {
  const url = parsed(text);
  if (url.search !== '' || url.hash !== '')
    throw new TufError('ERR_TUF_URL', `a TUF repository has no query or fragment: ${displayUrl(url)}`);
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw new TufError('ERR_TUF_URL', `a TUF repository is read over https: ${displayUrl(url)}`);
  return url.href.replace(/\/+$/, '');
}

function parsed(text: string): URL {
  try {
    return parseHttpUrl(text);
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    throw new TufError('ERR_TUF_URL', `not the URL of a TUF repository: ${cause.message}`, { cause });
  }
}

/** What a person would compare of a root before trusting it. */
export interface RootDescription {
  readonly version: number;
  readonly expires: Date;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Checks that a file is root metadata, signed as it itself demands. @throws TufError */
export function describeRoot(bytes: Uint8Array): RootDescription {
  const { version, expires } = parseRoleMetadata('root', bytes);
  if (new MetadataChain(bytes).rootVersion !== version) throw new TypeError('one file, one version');
  return { version, expires, sha256: encodeHex(sha256(bytes)) };
}

/** Whether these bytes are the root of which only version and digest are known. @throws TufError ERR_TUF_PIN */
export function assertPinned(
  { version, sha256: pin }: Bootstrap & { kind: 'pinned' },
  root: Uint8Array,
): void {
  const digest = encodeHex(sha256(root));
  if (digest === pin) return;
  throw new TufError(
    'ERR_TUF_PIN',
    `root version ${version} has the SHA-256 ${digest}, and the one to trust has ${pin}`,
  );
}
