// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder =
  process.env.COLOPHON_VECTORS ?? fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url));

/** Whether the real artifacts lie beside the repository. Where they must, their absence fails the run. */
export const haveVectors = existsSync(folder);
if (!haveVectors) {
  if (process.env.CI && !process.env.COLOPHON_VECTORS_OPTIONAL) throw new Error(`no vectors at ${folder}`);
  process.stderr.write(`SKIPPED: tests on real artifacts, for there are none at ${folder}\n`);
}

export const vectorPath = (path: string): string => `${folder}/${path}`;
export const readVector = (path: string): Buffer => readFileSync(vectorPath(path));
