// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import {
  CEP27_PREDICATE_TYPE,
  encodeStatement,
  encodeStatementAround,
  isCondaFilename,
  parsePredicate,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type Statement,
} from '@colophon/attestation';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { malformedEvidence } from '../evidence/evidence.ts';
import { readWhole } from '../files/input-file.ts';
import type { InputFile } from '../files/paths.ts';
import { predicateTypeLabel } from '../identity/predicate-type.ts';
import type { Arguments } from '../options/arguments.ts';
import { type AttestForm, type ChosenType, formOf } from './attest-choice.ts';
import type { Attestable } from './attest-subjects.ts';
import type { NamedOutput } from './named-output.ts';
import { outputFolder } from './signing-outputs.ts';

/** Where the forms of one attestation go. */
export interface AttestOutputs {
  readonly attestation?: string;
  readonly bundle?: string;
}

/** One statement that will be signed; it is named after the file that it is about. */
export interface AttestPlan extends InputFile {
  readonly subjects: readonly Attestable[];
  readonly type: string;
  readonly form: AttestForm;
  readonly outputs: AttestOutputs;
  /** What it is made of beside its subjects: absolute paths of files, over which nothing may be written. */
  readonly sources: readonly string[];
  /** Undefined where the predicate is made of the token's claims, which come later. */
  readonly statement: Uint8Array | undefined;
}

export interface PlanOptions {
  readonly args: Arguments;
  readonly context: Context;
  /** Where the one bundle goes that is made. */
  readonly bundle: NamedOutput | undefined;
}

const MAX_PREDICATE_BYTES = 16 * 1024 * 1024;

/** Plans a statement of each type for each file. @throws CliError, AttestationError ERR_PREDICATE, DistError */
export async function planAttestations(
  files: readonly Attestable[],
  types: readonly ChosenType[],
  options: PlanOptions,
): Promise<AttestPlan[]> {
  const plans: AttestPlan[] = [];
  for (const file of files) for (const chosen of types) plans.push(await planOne(file, chosen, options));
  if (options.bundle !== undefined && plans.length > 1)
    throw usageError(`${options.bundle.source} is for one attestation, and ${plans.length} are to be made`);
  return plans;
}

async function planOne(
  file: Attestable,
  { type, source }: ChosenType,
  options: PlanOptions,
): Promise<AttestPlan> {
  if (type === CEP27_PREDICATE_TYPE && !isCondaFilename(file.filename))
    throw new CliError(
      'ERR_SUBJECT',
      `${file.shown} is not named as a conda package: NAME-VERSION-BUILD, in lower case`,
    );
  const form = formOf(type, file.filename, options);
  const outputs = outputsOf(file, { type, form }, options);
  const { path, shown, filename } = file;
  const about = { path, shown, filename, subjects: [file], type, form, outputs, sources: [] };
  if (source.kind === 'claims') return { ...about, statement: undefined };
  if (source.kind === 'none')
    return { ...about, statement: encodeStatement({ ...statementAbout(file, type), predicate: null }) };
  const named = source.template.replaceAll('{}', shown);
  const predicate = { shown: named, path: resolve(options.context.host.workingDirectory, named) };
  const statement = encodeStatementAround(statementAbout(file, type), await readPredicate(predicate, type));
  return { ...about, sources: [predicate.path], statement };
}

/** What a statement says of one file, but for its predicate. */
export function statementAbout(
  { filename, sha256 }: Attestable,
  predicateType: string,
): Omit<Statement, 'predicate'> {
  return { subjects: [{ name: filename, digest: { sha256 } }], predicateType };
}

async function readPredicate(
  { path, shown }: Pick<InputFile, 'path' | 'shown'>,
  type: string,
): Promise<string> {
  const bytes = await readWhole(path);
  if (bytes.length > MAX_PREDICATE_BYTES)
    throw new CliError('ERR_READ_FILE', `${shown} is larger than 16 MiB, and no predicate`);
  try {
    return parsePredicate(bytes, type).json;
  } catch (error) {
    throw malformedEvidence(error, shown);
  }
}

/** The files that one attestation is written to. */
export function outputsOf(
  file: InputFile,
  { type, form }: Pick<AttestPlan, 'type' | 'form'>,
  { args, context, bundle }: PlanOptions,
): AttestOutputs {
  if (bundle !== undefined) return { bundle: resolve(context.host.workingDirectory, bundle.path) };
  const folder = outputFolder(file, args.text('output-directory'), context);
  const suffix = type === SLSA_PROVENANCE_PREDICATE_TYPE ? 'slsa' : 'publish';
  return {
    ...(form === 'bundle' ? {} : { attestation: join(folder, `${file.filename}.${suffix}.attestation`) }),
    ...(form === 'pep740'
      ? {}
      : { bundle: join(folder, `${file.filename}.${predicateTypeLabel(type)}.sigstore.json`) }),
  };
}
