// SPDX-License-Identifier: Apache-2.0
import { encodePublishStatement } from '@colophon/attestation';
import { parseDistFilename } from '@colophon/dist';
import type { FileToAttest } from './attest-files.ts';

export type DistFile = Pick<FileToAttest, 'path' | 'filename' | 'sha256Hex'>;

/**
 * Plans a publish attestation (PEP 740, predicate publish/v1) for a distribution file, named as the index will name it.
 * @throws DistError ERR_DIST_FILENAME when no index would take a file of this name
 */
export function planPublishAttestation({ path, filename, sha256Hex }: DistFile): FileToAttest {
  parseDistFilename(filename);
  return { path, filename, sha256Hex, statement: encodePublishStatement({ filename, sha256Hex }) };
}
