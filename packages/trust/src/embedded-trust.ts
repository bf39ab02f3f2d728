// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, parseJson, readObject, readTimestamp, shapeMismatch } from '@colophon/base';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import type { Service, SigningConfig } from './signing-config.ts';
import { reading } from './trust-error.ts';
import { parseTrustedRoot, type TrustedRoot } from './trusted-root.ts';

const REPOSITORY = 'https://tuf-repo-cdn.sigstore.dev';
const SEED = seeds[REPOSITORY];

/** Where the embedded trusted root comes from, and how old it can be. */
export interface EmbeddedOrigin {
  readonly source: string;
  /** The TUF repository that it was a target of. */
  readonly repository: string;
  /** The TUF root metadata that came with it. A seed past this expiry has missed at least one signing ceremony. */
  readonly tufRootVersion: number;
  readonly tufRootExpires: Date;
  /** The latest start of validity that the root knows: it is not older than that. */
  readonly newestStart: Date;
}

let cached: TrustedRoot | undefined;

/** The trusted root of the public-good instance, out of the seeds in the npm package @sigstore/tuf; works offline. */
export function embeddedTrustedRoot(): TrustedRoot {
  cached ??= parseTrustedRoot(decodeBase64(SEED.targets['trusted_root.json']));
  return cached;
}

/** Says how trustworthy with regard to age the embedded root is: to be shown where a verdict rests on it. */
export function describeEmbeddedTrustedRoot(): EmbeddedOrigin {
  const { version, expires } = readTufRoot();
  return {
    source: 'seeds of the npm package @sigstore/tuf',
    repository: REPOSITORY,
    tufRootVersion: version,
    tufRootExpires: expires,
    newestStart: newestStart(embeddedTrustedRoot()),
  };
}

function readTufRoot(): { version: number; expires: Date } {
  return reading('ERR_TRUSTED_ROOT', 'TUF root', () => {
    const root = readObject(parseJson(decodeBase64(SEED['root.json'])), '$', {
      required: ['signed'],
      open: true,
    });
    const signed = readObject(root.signed, '$.signed', { required: ['version', 'expires'], open: true });
    if (typeof signed.version !== 'number') throw shapeMismatch('$.signed.version', 'a number');
    return { version: signed.version, expires: readTimestamp(signed.expires, '$.signed.expires') };
  });
}

function newestStart(root: TrustedRoot): Date {
  const { certificateAuthorities, ctLogs, transparencyLogs, timestampAuthorities } = root;
  const all = [...certificateAuthorities, ...ctLogs, ...transparencyLogs, ...timestampAuthorities];
  return new Date(Math.max(...all.map(({ validFor }) => validFor.start.getTime())));
}

/**
 * The public-good services to sign with, for where no signing configuration is given: the logs are of Rekor v1
 * alone, which PyPI demands.
 */
export function embeddedSigningConfig(): SigningConfig {
  return PUBLIC_GOOD;
}

function service(url: string, start: string): Service {
  return { url, majorApiVersion: 1, validFor: { start: new Date(start) }, operator: 'sigstore.dev' };
}

const PUBLIC_GOOD: SigningConfig = {
  certificateAuthorities: [service('https://fulcio.sigstore.dev', '2022-04-13T20:06:15Z')],
  oidcProviders: [service('https://oauth2.sigstore.dev/auth', '2022-04-13T20:06:15Z')],
  transparencyLogs: [service('https://rekor.sigstore.dev', '2021-01-12T11:53:27Z')],
  transparencyLogSelector: { selector: 'ANY' },
  timestampAuthorities: [service('https://timestamp.sigstore.dev/api/v1/timestamp', '2025-07-04T00:00:00Z')],
  timestampAuthoritySelector: { selector: 'ANY' },
};
