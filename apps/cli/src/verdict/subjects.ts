// SPDX-License-Identifier: Apache-2.0
import { dirname, resolve } from 'node:path';
import { decodeUtf8, isAppError } from '@colophon/base';
import { parseDistFilename } from '@colophon/dist';
import { CliError, usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import { readStream, readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';
import type { SignedContent } from './signed-content.ts';
import {
  expandEvidence,
  expandFiles,
  isEvidenceName,
  requireOperands,
  type InputFile,
} from '../files/paths.ts';

/** A file to verify, or why there is none behind a word of the command line. */
export type Subject = InputFile | { readonly shown: string; readonly error: unknown };

/** An artifact of which only digests are known. */
export interface DigestSubject {
  readonly shown: string;
  readonly sha256Hex: string;
  readonly filename?: string;
  readonly content?: SignedContent;
}

/** Whether an operand is a digest and no path. */
export function isDigest(operand: string): boolean {
  return /^sha256:/i.test(operand) && !isEvidenceName(operand);
}

/** @throws CliError ERR_USAGE */
export function parseDigest(operand: string): DigestSubject {
  const sha256Hex = operand.slice('sha256:'.length).toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sha256Hex)) return { shown: operand, sha256Hex };
  throw usageError(`${operand}: expected sha256: and 64 hexadecimal digits`);
}

/** The operands, and those that `--files-from` lists, one a line. @throws CliError ERR_USAGE when there are none */
export async function readOperands(args: Arguments, host: Host, what: string): Promise<readonly string[]> {
  const list = args.text('files-from');
  if (list === undefined) return requireOperands(args.operands, what);
  const listed = list === '-' ? await readInput() : await readList(list, host);
  const lines = listed.split(/\r?\n/).filter((line) => line !== '');
  return requireOperands([...args.operands, ...lines], what);
}

async function readInput(): Promise<string> {
  return decodeUtf8(await readStream(process.stdin, '--files-from -'));
}

async function readList(path: string, host: Host): Promise<string> {
  return decodeUtf8(await readWhole(resolve(host.workingDirectory, path)));
}

/**
 * The files that operands name, each once; a word that names none is kept with its reason, so that a batch goes on past
 * it. Evidence among them is no subject.
 * @throws CliError ERR_NO_INPUT when there is nothing but evidence
 */
export async function expandSubjects(operands: readonly string[], host: Host): Promise<Subject[]> {
  const named = operands.filter((operand) => !isEvidenceName(operand));
  if (named.length === 0)
    throw new CliError(
      'ERR_NO_INPUT',
      `${operands.join(', ')}: this is evidence; name the file that it is about`,
    );
  const found = new Map<string, Subject>();
  for (const operand of named)
    for (const subject of await expandOperand(operand, host))
      found.set('path' in subject ? subject.path : `${subject.shown}\0`, subject);
  return [...found.values()];
}

async function expandOperand(operand: string, host: Host): Promise<Subject[]> {
  try {
    const files = await expandFiles([operand], host);
    const folder = resolve(host.workingDirectory, operand);
    return files.map((file) => (dirname(file.path) === folder ? distOfFolder(file) : file));
  } catch (error) {
    return [keepFailure(operand, error)];
  }
}

// A half-finished download in a folder of dists would be a file without evidence, and is something else.
function distOfFolder(file: InputFile): Subject {
  try {
    parseDistFilename(file.filename);
    return file;
  } catch (error) {
    return keepFailure(file.shown, error);
  }
}

/** The evidence files that one word names, or why it names none. */
export async function expandDocuments(operand: string, host: Host): Promise<Subject[]> {
  try {
    return await expandEvidence([operand], host);
  } catch (error) {
    return [keepFailure(operand, error)];
  }
}

function keepFailure(shown: string, error: unknown): Subject {
  if (!isAppError(error)) throw error;
  return { shown, error };
}
