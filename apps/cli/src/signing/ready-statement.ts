// SPDX-License-Identifier: Apache-2.0
import { basename, resolve } from 'node:path';
import {
  assertPredicate,
  AttestationError,
  CEP27_PREDICATE_TYPE,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  type Statement,
} from '@colophon/attestation';
import { CliError, usageError } from '../cli-error.ts';
import { readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';
import { formOf } from './attest-choice.ts';
import { type AttestPlan, outputsOf, type PlanOptions } from './attest-plan.ts';
import type { Attestable } from './attest-subjects.ts';

/** Refuses what would say something of a statement that is there already. @throws CliError ERR_USAGE */
export function refuseBesideStatement(args: Arguments): void {
  const other = ['predicate', 'predicate-type'].find((name) => args.has(name));
  if (other !== undefined) throw usageError(`--statement is signed as it is: it excludes --${other}`);
}

/** A statement that was written elsewhere, read. */
export interface ReadyStatement {
  readonly path: string;
  readonly shown: string;
  readonly bytes: Uint8Array;
  readonly statement: Statement;
}

/** Reads the statement of `--statement`. @throws CliError ERR_READ_FILE, ERR_STATEMENT_FILE */
export async function readReadyStatement(shown: string, { context }: PlanOptions): Promise<ReadyStatement> {
  const path = resolve(context.host.workingDirectory, shown);
  const bytes = await readWhole(path);
  try {
    const statement = parseStatement(bytes);
    assertPredicate(statement.predicate, statement.predicateType);
    return { path, shown, bytes, statement };
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause;
    throw new CliError('ERR_STATEMENT_FILE', `${shown}: ${cause.message}`, { cause: cause.cause });
  }
}

/**
 * Plans to sign a statement byte for byte. It must be about exactly the files that were named: each by its name and its
 * SHA-256, and no other.
 * @throws CliError ERR_USAGE, ERR_SUBJECT; DistError ERR_DIST_FILENAME
 */
export function planReadyStatement(
  { path: source, shown, bytes, statement }: ReadyStatement,
  files: readonly Attestable[],
  options: PlanOptions,
): AttestPlan {
  assertSubjects(statement, files, shown);
  const [file, another] = files;
  if (file === undefined) throw usageError('--statement: name the files that it is about');
  const type = statement.predicateType;
  if (another !== undefined) assertSharable(type, options);
  const form = formOf(type, file.filename, options);
  const { path, filename } = another === undefined ? file : { path: shown, filename: basename(shown) };
  const outputs = outputsOf(file, { type, form }, options);
  const named = another === undefined ? file.shown : shown;
  const about = { path, filename, shown: named, subjects: files, type, form, outputs };
  return { ...about, sources: [source], statement: bytes };
}

function assertSubjects({ subjects }: Statement, files: readonly Attestable[], shown: string): void {
  for (const { filename, sha256, shown: named } of files)
    if (!subjects.some(({ name, digest }) => name === filename && digest['sha256'] === sha256))
      throw new CliError('ERR_SUBJECT', `${shown} is not about ${named}, by its name and its SHA-256`);
  for (const { name, digest } of subjects)
    if (!files.some(({ filename, sha256 }) => name === filename && digest['sha256'] === sha256))
      throw new CliError('ERR_SUBJECT', `${shown} is about ${JSON.stringify(name)} too, which was not named`);
}

function assertSharable(type: string, { bundle }: PlanOptions): void {
  if (type === PUBLISH_PREDICATE_TYPE || type === CEP27_PREDICATE_TYPE)
    throw new CliError('ERR_SUBJECT', 'a publish attestation is about one file');
  if (bundle === undefined) throw usageError('a statement about several files needs --bundle FILE to go to');
}
