// SPDX-License-Identifier: Apache-2.0
import { parseJson, readObject, shapeMismatch } from '@colophon/base';
import { readSigningConfig, type SigningConfig } from './signing-config.ts';
import { reading } from './trust-error.ts';
import { readTrustedRoot, type TrustedRoot } from './trusted-root.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';

/** All that a client needs of one instance of Sigstore: whom to trust, and where to sign. */
export interface ClientTrustConfig {
  readonly trustedRoot: TrustedRoot;
  readonly signingConfig: SigningConfig;
}

/** Reads a ClientTrustConfig v0.1 (trustroot.proto), both parts strictly. @throws TrustError ERR_TRUST_CONFIG */
export function parseClientTrustConfig(source: string | Uint8Array): ClientTrustConfig {
  return reading('ERR_TRUST_CONFIG', 'client trust configuration', () => {
    const config = readObject(parseJson(source), '$', {
      required: ['mediaType', 'trustedRoot', 'signingConfig'],
    });
    if (config.mediaType !== MEDIA_TYPE) throw shapeMismatch('$.mediaType', MEDIA_TYPE);
    return {
      trustedRoot: readTrustedRoot(config.trustedRoot, '$.trustedRoot'),
      signingConfig: readSigningConfig(config.signingConfig, '$.signingConfig'),
    };
  });
}
