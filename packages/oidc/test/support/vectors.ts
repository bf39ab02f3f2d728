// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER =
  process.env['COLOPHON_VECTORS'] ?? resolve(import.meta.dirname, '../../../../../shared/vectors');

/** Whether the shared vectors are there. Absence is loud, and in CI a failure. */
export const haveVectors = existsSync(FOLDER);
if (!haveVectors) {
  if (process.env['CI'] && !process.env['COLOPHON_VECTORS_OPTIONAL'])
    throw new Error(`the test vectors are missing: ${FOLDER}`);
  process.stderr.write(`SKIPPED: tests on real tokens, no vectors in ${FOLDER}\n`);
}

export function readVector(path: string): string {
  return readFileSync(resolve(FOLDER, path), 'utf8');
}
