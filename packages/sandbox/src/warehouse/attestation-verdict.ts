// SPDX-License-Identifier: Apache-2.0
import { WarehouseError } from './warehouse-error.ts';

/** An attestation that can be read and does not hold: Warehouse puts `Verification failed: ` before the words. */
export function refused(words: string, cause?: unknown): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_ATTESTATION_REFUSED', words, { cause });
}

/** An attestation that breaks the judgement itself: Warehouse calls it an unknown error. */
export function unusable(words: string, cause?: unknown): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_ATTESTATION_UNUSABLE', words, { cause });
}

/** An attachment that is not an array of attestation objects. */
export function misshapen(words: string, cause?: unknown): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_ATTESTATION_SHAPE', words, { cause });
}
