// SPDX-License-Identifier: Apache-2.0
import type { Evidence } from '@colophon/verify';
import { CliError, usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context } from '../command.ts';
import { evidenceKind, readEvidence, type EvidenceFile } from '../evidence/evidence.ts';
import { planServed, readSpecs, type SpecList } from '../publishing/index-plan.ts';
import { IndexReader } from '../publishing/index-reader.ts';
import { expandEvidence, isEvidenceName, type InputFile } from '../files/paths.ts';
import { refuseForeignIndex } from '../trust/instance.ts';

/** A piece of evidence to convert. */
export interface Piece {
  readonly evidence: Evidence;
  /** The name of the file that it is about, as the name of the source tells it; a signed name is anybody's text. */
  readonly about: string;
}

const SUFFIX = /\.(?:attestation|provenance|sigstore|sigstore\.json|jsonl)$/;
const TYPE_SUFFIX = /\.(?:publish|slsa|slsa-provenance|cep27|spdx|cyclonedx)$/;

/**
 * All evidence that the words of a command line name: evidence files, and what an index serves for `pypi:FILENAME`,
 * `NAME==VERSION` or a URL. One source that cannot be read fails them all.
 * @throws AttestationError, EncodingError, CliError ERR_READ_FILE, ERR_NO_INPUT, ERR_NO_PROVENANCE; IndexError, HttpError
 */
export async function readPieces(
  operands: readonly string[],
  context: Context,
  index: string | undefined,
): Promise<Piece[]> {
  const { served, local, unplanned } = sortOperands(operands);
  for (const { error } of unplanned) throw error;
  if (served.length === 0 && index !== undefined)
    throw usageError('--index: no index is asked for local files');
  if (served.length > 0 && context.options.offline) throw usageError('--offline: the index is needed');
  if (served.length > 0) refuseForeignIndex(index ?? 'pypi', context.options);
  const pieces: Piece[] = [];
  const words = local.map(({ shown }) => shown);
  const files = words.length === 0 ? [] : await expandEvidence(words, context.host);
  for (const file of files) pieces.push(...(await readLocal(file)));
  if (served.length > 0) pieces.push(...(await readServed(served, context, index ?? 'pypi')));
  return pieces;
}

// A name that says evidence is a file, whatever else it might be read as.
function sortOperands(operands: readonly string[]): SpecList {
  const { served, local, unplanned } = readSpecs(operands.filter((operand) => !isEvidenceName(operand)));
  const files = operands.filter(isEvidenceName).map((shown) => ({ kind: 'local' as const, shown }));
  return { served, local: [...files, ...local], unplanned };
}

async function readLocal({ path, filename }: InputFile): Promise<Piece[]> {
  const kind = isEvidenceName(filename) ? undefined : ((await evidenceKind(path)) ?? 'bundle');
  const file = await readEvidence(path, kind);
  return piecesOf(file, filename.replace(SUFFIX, '').replace(TYPE_SUFFIX, ''));
}

async function readServed(served: SpecList['served'], context: Context, index: string): Promise<Piece[]> {
  return withClient(context, async (http) => {
    const reader = new IndexReader(index, http, context.host.signal);
    const pieces: Piece[] = [];
    for (const target of await planServed(served, reader)) {
      if ('error' in target) throw target.error;
      const { shown, dist, listed } = target;
      const provenance = listed === undefined ? undefined : await reader.provenance(listed);
      if (provenance === undefined)
        throw new CliError('ERR_NO_PROVENANCE', `${shown}: ${reader.name} has no provenance for it`);
      pieces.push(...piecesOf(provenance.evidence, dist.filename));
    }
    return pieces;
  });
}

function piecesOf(file: EvidenceFile, about: string): Piece[] {
  if ('error' in file) throw file.error;
  return file.evidence.map((evidence) => ({ evidence, about }));
}
