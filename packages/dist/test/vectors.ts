// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root =
  process.env.COLOPHON_VECTORS ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));
const folder = join(root, 'pep740');

/** Whether the real artifacts lie beside the repository. Where they must, their absence fails the run. */
export const haveVectors = existsSync(folder);
if (!haveVectors) {
  if (process.env.CI && !process.env.COLOPHON_VECTORS_OPTIONAL) throw new Error(`no vectors at ${folder}`);
  process.stderr.write(`SKIPPED: tests on real distributions, for there are none at ${folder}\n`);
}

/** The distributions and attestation files of the PEP 740 folder, by name. */
export function listVectors(): string[] {
  return haveVectors ? readdirSync(folder).toSorted() : [];
}

export function vectorPath(name: string): string {
  return join(folder, name);
}
