// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from '@colophon/base';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { parseRoleHeader } from './role-header.ts';
import type { TufRepository } from './tuf-repository.ts';
import { DAY_MS } from './tuf-trust.ts';

const PUBLIC_GOOD_URL = 'https://tuf-repo-cdn.sigstore.dev';
const SEED = seeds[PUBLIC_GOOD_URL];

/** Sigstore's public instance. Its first root comes with the npm package @sigstore/tuf. */
export const PUBLIC_GOOD: TufRepository = {
  url: PUBLIC_GOOD_URL,
  bootstrap: { kind: 'root', bytes: decodeBase64(SEED['root.json']) },
};

/** Sigstore's staging instance. The digest is that of the root.json in sigstore 4.5.1 from PyPI. */
export const STAGING: TufRepository = {
  url: 'https://tuf-repo-cdn.sigstage.dev',
  bootstrap: {
    kind: 'pinned',
    version: 14,
    sha256: '353d172f05f9e73b4a647b1a464f16726d929cbfd030cc42bffb86cd742fb61f',
  },
};

/** GitHub's own instance, which has timestamp authorities and no logs. The digest is that of the root that gh carries. */
export const GITHUB: TufRepository = {
  url: 'https://tuf-repo.github.com',
  bootstrap: {
    kind: 'pinned',
    version: 3,
    sha256: '98cba97be9075bc98b2322de3de85fbd1b70ec7392991dfd2f53d215bede1a8d',
  },
};

/** The public instance's trusted root as it came with this program. */
export interface EmbeddedTrust {
  readonly url: string;
  readonly trustedRoot: Uint8Array;
  readonly rootVersion: number;
  /** It is of this day or a later one: when the root metadata beside it was signed. Undefined where that does not say. */
  readonly notBefore: Date | undefined;
}

/** For the first use without a network. */
export function embeddedTrust(): EmbeddedTrust {
  const root = parseRoleHeader('root', decodeBase64(SEED['root.json']));
  // The root's makers write how many days after its signing it expires; this is under its signatures.
  const period = root.signed['x-tuf-on-ci-expiry-period'];
  return {
    url: PUBLIC_GOOD_URL,
    trustedRoot: decodeBase64(SEED.targets['trusted_root.json']),
    rootVersion: root.version,
    notBefore: typeof period === 'number' ? new Date(root.expires.getTime() - period * DAY_MS) : undefined,
  };
}
