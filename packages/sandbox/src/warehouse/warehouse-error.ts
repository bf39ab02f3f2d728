// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

export type WarehouseErrorCode =
  /** A name that is no version under PEP 440. */
  | 'ERR_WAREHOUSE_VERSION'
  /** A name that is no wheel's or source distribution's. */
  | 'ERR_WAREHOUSE_FILENAME'
  /** A certificate that is not strict DER, or not an X.509 certificate. */
  | 'ERR_WAREHOUSE_DER'
  /** Not an array of PEP 740 attestation objects. */
  | 'ERR_WAREHOUSE_ATTESTATION_SHAPE'
  /** An attestation object whose certificate or log entry cannot be read or lacks what a judgement needs. */
  | 'ERR_WAREHOUSE_ATTESTATION_UNUSABLE'
  /** A readable attestation that does not hold. */
  | 'ERR_WAREHOUSE_ATTESTATION_REFUSED';

/** What the index finds wrong with a name, a certificate or an attestation, before it is put into an answer. */
export class WarehouseError extends AppError<WarehouseErrorCode> {}
