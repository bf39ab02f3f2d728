// SPDX-License-Identifier: Apache-2.0
import {
  decodeUtf8,
  parseJson,
  readObject,
  readOptional,
  readString,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import { reading, TrustError } from './trust-error.ts';
import { readAuthorities, type TrustedAuthority } from './trusted-authority.ts';
import { readCtLogs, readTransparencyLogs, type TrustedLog } from './trusted-log.ts';

/** Whole media types. Both live instances of Sigstore still serve the first. */
const MEDIA_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/**
 * Whom to trust (trustroot.proto, TrustedRoot). Every list may be empty: then nothing that needs such an
 * authority or log can be verified.
 */
export interface TrustedRoot {
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly ctLogs: readonly TrustedLog[];
  readonly transparencyLogs: readonly TrustedLog[];
  /** The chain of each begins with the certificate that signs timestamps. */
  readonly timestampAuthorities: readonly TrustedAuthority[];
}

/**
 * Reads a trusted root, v0.1 or v0.2, strictly: unknown fields and media types are refused, each key and each
 * authority must say since when it is valid, and each log id must be the one that the log's key gives.
 * @throws TrustError ERR_TRUSTED_ROOT
 */
export function parseTrustedRoot(source: string | Uint8Array): TrustedRoot {
  return reading('ERR_TRUSTED_ROOT', 'trusted root', () => readTrustedRoot(parseJson(source), '$'));
}

/**
 * Reads a file of trusted roots: one document, or with `jsonl` one on each line that is not blank.
 * @throws TrustError ERR_TRUSTED_ROOT, also for a file without any
 */
export function parseTrustedRoots(
  source: string | Uint8Array,
  { jsonl }: { readonly jsonl: boolean },
): TrustedRoot[] {
  if (!jsonl) return [parseTrustedRoot(source)];
  const text = reading('ERR_TRUSTED_ROOT', 'list of trusted roots', () =>
    typeof source === 'string' ? source : decodeUtf8(source),
  );
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new TrustError('ERR_TRUSTED_ROOT', 'the file holds no trusted root');
  return lines.map((line) => parseTrustedRoot(line));
}

export function readTrustedRoot(value: JsonValue | undefined, at: string): TrustedRoot {
  const root = readObject(value, at, {
    required: ['mediaType'],
    optional: ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'],
  });
  if (!MEDIA_TYPES.has(readString(root.mediaType, `${at}.mediaType`)))
    throw shapeMismatch(`${at}.mediaType`, 'the media type of a trusted root v0.1 or v0.2');
  const authorities = (key: string) => readOptional(root[key], `${at}.${key}`, readAuthorities) ?? [];
  return {
    certificateAuthorities: authorities('certificateAuthorities'),
    ctLogs: readOptional(root.ctlogs, `${at}.ctlogs`, readCtLogs) ?? [],
    transparencyLogs: readOptional(root.tlogs, `${at}.tlogs`, readTransparencyLogs) ?? [],
    timestampAuthorities: authorities('timestampAuthorities'),
  };
}
