// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from '@colophon/base';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import type { Service, SigningConfig } from './signing-config.ts';
import { parseTrustedRoot, type TrustedRoot } from './trusted-root.ts';

const SEED = seeds['https://tuf-repo-cdn.sigstore.dev'];

let cached: TrustedRoot | undefined;

/** The trusted root of the public-good instance, out of the seeds in the npm package @sigstore/tuf; works offline. */
export function embeddedTrustedRoot(): TrustedRoot {
  cached ??= parseTrustedRoot(decodeBase64(SEED.targets['trusted_root.json']));
  return cached;
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
