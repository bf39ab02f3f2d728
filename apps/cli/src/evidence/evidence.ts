// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, join } from 'node:path';
import { AttestationError, parseAttestation, parseBundle, parseProvenance } from '@colophon/attestation';
import {
  decodeUtf8,
  EncodingError,
  isAppError,
  parseJson,
  type AppError,
  type JsonValue,
} from '@colophon/base';
import {
  evidenceFromProvenance,
  VerificationError,
  type Evidence,
  type VerificationErrorCode,
} from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import { readWhole } from '../files/input-file.ts';
import { isEvidenceName } from '../files/paths.ts';
import { listFolder, type ListFolder } from './folder-names.ts';

/** One evidence file: what it holds, or why it cannot be read. Broken evidence is kept, so that it can fail. */
export type EvidenceFile =
  | { readonly name: string; readonly evidence: readonly Evidence[] }
  | { readonly name: string; readonly error: AppError };

export type EvidenceKind = 'attestation' | 'bundle' | 'provenance' | 'jsonl';

/**
 * The evidence that lies beside a file, by name: `FILE.sigstore.json` or `FILE.sigstore`, `FILE.*.sigstore.json`,
 * `FILE.publish.attestation`, `FILE.slsa.attestation`, `FILE.provenance`, and `sha256:HEX.jsonl` (or `sha256-HEX.jsonl`).
 * Where several files could own one by its name, the longest name does.
 * @throws CliError ERR_EVIDENCE_CONFLICT when both spellings of the bundle are there: which one counts would be a guess
 */
export async function findEvidence(
  path: string,
  sha256Hex: string,
  list: ListFolder = listFolder,
): Promise<string[]> {
  const [folder, filename] = [dirname(path), basename(path)];
  const names = await list(folder);
  const longer = names.startingWith(`${filename}.`);
  const others = longer.filter((name) => !isEvidenceName(name));
  const beside = longer.filter(
    (name) =>
      isBesideSuffix(name.slice(filename.length)) && !others.some((other) => name.startsWith(`${other}.`)),
  );
  const digestNamed = [`sha256:${sha256Hex}.jsonl`, `sha256-${sha256Hex}.jsonl`].filter((name) =>
    names.has(name),
  );
  if (beside.includes(`${filename}.sigstore`) && beside.includes(`${filename}.sigstore.json`))
    throw new CliError(
      'ERR_EVIDENCE_CONFLICT',
      `both ${filename}.sigstore and ${filename}.sigstore.json lie beside the file`,
    );
  return [...beside, ...digestNamed].toSorted().map((name) => join(folder, name));
}

function isBesideSuffix(suffix: string): boolean {
  const whole = ['.sigstore', '.publish.attestation', '.slsa.attestation', '.provenance'];
  return whole.includes(suffix) || suffix.endsWith('.sigstore.json');
}

/** Reads an evidence file whose kind its name tells, or `kind` where the user said it. Failures are in the result. */
export async function readEvidence(path: string, kind?: EvidenceKind): Promise<EvidenceFile> {
  const name = basename(path);
  try {
    const bytes = await readWhole(path);
    return { name, evidence: parseEvidence(bytes, name, kindFor(name, kind)) };
  } catch (error) {
    return { name, error: malformedEvidence(error, name) };
  }
}

/** Names the document in the failure of its parser. A failure of another kind, such as of the file system, is let be. */
export function malformedEvidence(error: unknown, name: string): AppError {
  if (!isAppError(error)) throw error;
  const { message, details, cause } = error;
  const text = `${name}: ${message}`;
  if (error instanceof AttestationError) return new AttestationError(error.code, text, { details, cause });
  return error instanceof EncodingError ? new EncodingError(error.code, text, { details, cause }) : error;
}

const BROKEN: Readonly<Record<string, VerificationErrorCode>> = {
  ERR_JSON: 'ERR_EVIDENCE_JSON',
  ERR_UTF8: 'ERR_EVIDENCE_JSON',
  ERR_JSON_KIND: 'ERR_EVIDENCE_KIND',
};

/** What broken evidence is to a verification: it proves nothing, and must not pass for evidence that is not there. */
export function brokenEvidence(error: AppError): AppError {
  if (!(error instanceof AttestationError || error instanceof EncodingError)) return error;
  const { code, message, cause } = error;
  return new VerificationError(BROKEN[code] ?? 'ERR_EVIDENCE', message, { cause });
}

/**
 * What kind of evidence a file is by its content: files of other tools have any name, and the keys at the top tell the
 * formats apart. Undefined for what is of none. @throws CliError ERR_READ_FILE
 */
export async function evidenceKind(path: string): Promise<EvidenceKind | undefined> {
  const document = jsonOf(await readWhole(path));
  if (typeof document !== 'object' || document === null) return undefined;
  if ('attestation_bundles' in document) return 'provenance';
  if ('verification_material' in document || 'envelope' in document) return 'attestation';
  return 'verificationMaterial' in document ? 'bundle' : undefined;
}

function jsonOf(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}

/** What kind of evidence a file is by its name. */
export function kindFor(name: string, kind?: EvidenceKind): EvidenceKind {
  if (kind !== undefined && kind !== 'bundle') return kind;
  if (name.endsWith('.jsonl')) return 'jsonl';
  if (kind === 'bundle') return kind;
  if (name.endsWith('.attestation')) return 'attestation';
  return name.endsWith('.provenance') ? 'provenance' : 'bundle';
}

/** Parses a document of evidence. @throws AttestationError, EncodingError */
export function parseEvidence(bytes: Uint8Array, name: string, kind: EvidenceKind): readonly Evidence[] {
  if (kind === 'attestation') return [{ kind: 'pep740', name, attestation: parseAttestation(bytes) }];
  if (kind === 'provenance') return evidenceFromProvenance(parseProvenance(bytes), name);
  if (kind === 'bundle') return [{ kind: 'bundle', name, bundle: parseBundle(bytes) }];
  const lines = decodeUtf8(bytes).split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1, name)]));
}

function parseLine(line: string, number: number, name: string): Evidence {
  try {
    return { kind: 'bundle', name: `${name}, line ${number}`, bundle: parseBundle(line) };
  } catch (error) {
    throw malformedEvidence(error, `line ${number}`);
  }
}
