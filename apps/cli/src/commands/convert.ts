// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { CliError, usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import {
  CONVERSION_TARGETS,
  convertPieces,
  type ConversionTarget,
  type ConvertedDocument,
  type ConvertedPart,
} from '../convert/convert-document.ts';
import { convertibleStatement, type Dropped } from '../convert/convert-piece.ts';
import { readPieces, type Piece } from '../convert/convert-source.ts';
import { EXIT } from '../exit-status.ts';
import type { Arguments } from '../options/arguments.ts';
import { refuseExisting, writeWhole } from '../files/output-file.ts';
import { requireOperands } from '../files/paths.ts';
import { predicateTypeName, readPredicateTypes } from '../identity/predicate-type.ts';

interface Output {
  readonly document: ConvertedDocument;
  /** Undefined for stdout. */
  readonly path: string | undefined;
}

const DROPPED: Readonly<Record<Dropped, string>> = {
  timestamps: 'its RFC 3161 timestamps',
  keyid: 'the key id of its envelope',
  chain: 'the certificates after the first',
  publisher: 'the publisher that the index names, which nobody signed',
};

/** `convert`: puts evidence into another format. Nothing is written before all of it is converted. It judges nothing. */
export async function runConvert(args: Arguments, context: Context): Promise<Outcome> {
  const { host, talk, options } = context;
  const to = readTarget(args);
  const operands = requireOperands(args.operands, 'the evidence to convert: a file, or pypi:FILENAME');
  const [output, folder] = [args.text('output'), args.text('output-directory')];
  if (output !== undefined && folder !== undefined)
    throw usageError('--output and --output-directory exclude each other');
  const toStdout = folder === undefined && (output === undefined || output === '-');
  if (toStdout && args.flag('overwrite')) throw usageError('--overwrite: no file is written');
  if (toStdout && options.json) throw usageError('--json takes stdout: name --output or --output-directory');
  const pieces = chosenPieces(await readPieces(operands, context, args.text('index')), args);
  const documents = convertPieces(pieces, to, folder === undefined);
  const outputs = placed(documents, { folder, output: toStdout ? undefined : output }, host.workingDirectory);
  const paths = outputs.flatMap(({ path }) => (path === undefined ? [] : [path]));
  if (!args.flag('overwrite')) await refuseExisting(paths);
  host.signal.throwIfAborted();
  for (const { document, path } of outputs) {
    if (path === undefined) host.writeOut(document.text);
    else await writeWhole(path, document.text);
    for (const part of document.parts) tellDropped(part, context);
    if (path !== undefined) talk.say(`wrote ${path}`);
  }
  return { status: EXIT.ok, report: report(to, outputs) };
}

function readTarget(args: Arguments): ConversionTarget {
  const text = args.text('to');
  const target = CONVERSION_TARGETS.find((one) => one === text);
  if (target === undefined) throw usageError(`--to: name one of ${CONVERSION_TARGETS.join(', ')}`);
  return target;
}

function chosenPieces(pieces: readonly Piece[], args: Arguments): readonly Piece[] {
  if (pieces.length === 0) throw new CliError('ERR_NO_EVIDENCE', 'the sources hold no attestation');
  const types = readPredicateTypes(args);
  if (types === undefined) return pieces;
  const chosen = pieces.filter(({ evidence }) =>
    types.includes(convertibleStatement(evidence)?.predicateType ?? 'a message signature has none'),
  );
  const missing = types.map(predicateTypeName).join(' or ');
  if (chosen.length === 0) throw new CliError('ERR_NO_EVIDENCE', `nothing to convert is of type ${missing}`);
  return chosen;
}

function placed(
  documents: readonly ConvertedDocument[],
  { folder, output }: { folder: string | undefined; output: string | undefined },
  workingDirectory: string,
): Output[] {
  if (folder === undefined) {
    const [document, ...others] = documents;
    if (document === undefined || others.length > 0)
      throw usageError(
        `${documents.length} documents come of this: name --output-directory, or choose one with --predicate-type`,
      );
    return [{ document, path: output === undefined ? undefined : resolve(workingDirectory, output) }];
  }
  const names = documents.map(({ filename }) => filename);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(`--output-directory: two documents would be ${twice}`);
  return documents.map((document) => ({
    document,
    path: join(resolve(workingDirectory, folder), document.filename),
  }));
}

function tellDropped({ evidence, dropped }: ConvertedPart, { talk }: Context): void {
  if (dropped.length > 0)
    talk.warn(`${evidence}: left out: ${dropped.map((part) => DROPPED[part]).join(', ')}`);
}

function report(to: ConversionTarget, outputs: readonly Output[]): Outcome['report'] {
  return {
    schema: 'colophon.convert/1',
    status: EXIT.ok,
    judged: false,
    to,
    outputs: outputs.map(({ document, path }) => ({
      path: path ?? null,
      parts: document.parts.map(({ evidence, predicateType, dropped }) => ({
        evidence,
        predicateType: predicateType ?? null,
        dropped: [...dropped],
      })),
    })),
  };
}
