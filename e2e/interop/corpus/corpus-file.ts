// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FINDING_CODES, type FindingCode } from '@colophon/dist';

/** A distribution of the corpus: which finding it has, and of which weight; none for a good one. */
export interface CorpusFile {
  readonly filename: string;
  readonly path: string;
  readonly code: FindingCode | undefined;
  readonly severity: 'error' | 'warning';
}

interface Row {
  readonly file: string;
  readonly folder: string;
  readonly code: string | null;
  readonly severity: 'error' | 'warning';
}

export async function readCorpus(folder: string): Promise<CorpusFile[]> {
  const rows = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Row[];
  return rows.map(({ file, folder: name, code, severity }) => {
    if (code !== null && !(FINDING_CODES as readonly string[]).includes(code))
      throw new TypeError(`${file}: no such finding as ${code}`);
    const path = join(folder, 'dists', name, file);
    return { filename: file, path, code: (code ?? undefined) as FindingCode | undefined, severity };
  });
}
