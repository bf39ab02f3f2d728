// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFolder } from './folder.ts';

/** Whether the real artifacts are there. Where they must be, their absence fails the run. */
export const haveVectors = existsSync(vectorFolder);
if (!haveVectors) {
  if (process.env['CI'] && !process.env['COLOPHON_VECTORS_OPTIONAL'])
    throw new Error(`no vectors at ${vectorFolder}`);
  process.stderr.write(`SKIPPED: tests on real artifacts, for there are none at ${vectorFolder}\n`);
}

export const vectorPath = (path: string): string => join(vectorFolder, path);
export const hasVector = (path: string): boolean => existsSync(vectorPath(path));
export const readVector = (path: string): Buffer => readFileSync(vectorPath(path));
export const readVectorText = (path: string): string => readFileSync(vectorPath(path), 'utf8');

/** The names in a folder of the artifacts, sorted; none where there are no artifacts. */
export const listVectors = (path: string): string[] =>
  haveVectors ? readdirSync(vectorPath(path)).toSorted() : [];
