// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import type { ValidityPeriod } from './validity.ts';

/** The key of a transparency log that a trusted root vouches for (trustroot.proto, TransparencyLogInstance). */
export interface LogKey {
  readonly baseUrl: string;
  readonly logId: Uint8Array;
  readonly publicKey: KeyObject;
  /** The name that sigstore_common.proto gives to key type and scheme, such as `PKIX_ECDSA_P256_SHA_256`. */
  readonly keyDetails: string;
  readonly validFor: ValidityPeriod;
}
