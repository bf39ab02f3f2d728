// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  attestationFromBundle,
  AttestationError,
  encodeAttestation,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type Attestation,
} from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import {
  VerificationError,
  verifyEvidence,
  type Evidence,
  type Policies,
  type Policy,
  type SignerDescription,
} from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import { brokenEvidence, findEvidence, readEvidence } from '../evidence/evidence.ts';
import type { ReleaseFile } from '../release/release-file.ts';

/** Evidence beside a file that does not go along, and why. */
export interface LeftBehind {
  readonly name: string;
  readonly why: string;
}

/** One that holds, and who made it. */
export interface VerifiedAttestation {
  readonly attestation: Attestation;
  readonly type: string;
  readonly signer: SignerDescription;
}

/** What goes to the index with a file: at most one attestation of each type that it takes. */
export interface BroughtAttestations {
  readonly attestations: readonly VerifiedAttestation[];
  readonly leftBehind: readonly LeftBehind[];
}

export interface Judging {
  readonly roots: readonly TrustedRoot[];
  /** Who uploads: the index takes nobody else's attestations. */
  readonly publisher: Policy;
}

interface Piece {
  readonly name: string;
  readonly type: string;
  readonly evidence: Evidence;
}

const TAKEN: readonly string[] = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];

/**
 * The attestations that lie beside a file, whoever made them, as the index would take them: PEP 740 attestations, and Sigstore
 * bundles of the same types where there is none, converted. Each is verified for the file and the publisher.
 * @throws VerificationError for one that is wrong or broken; CliError ERR_EVIDENCE_CONFLICT; AttestationError ERR_CONVERSION
 */
export async function broughtAttestations(file: ReleaseFile, judging: Judging): Promise<BroughtAttestations> {
  return broughtOf(TAKEN, file, judging);
}

/** The same, of provenance alone: for who makes the publish attestations himself. */
export async function broughtProvenance(file: ReleaseFile, judging: Judging): Promise<BroughtAttestations> {
  return broughtOf([SLSA_PROVENANCE_PREDICATE_TYPE], file, judging);
}

async function broughtOf(
  types: readonly string[],
  file: ReleaseFile,
  judging: Judging,
): Promise<BroughtAttestations> {
  const leftBehind: LeftBehind[] = [];
  const attestations: VerifiedAttestation[] = [];
  const pieces = await piecesBeside(file, types, leftBehind);
  for (const type of types) {
    const piece = oneOf(pieces.filter((one) => one.type === type));
    if (piece === undefined) continue;
    const result = judged(piece, file, judging);
    if ('why' in result) leftBehind.push({ name: piece.name, why: result.why });
    else attestations.push(result);
  }
  return { attestations, leftBehind };
}

async function piecesBeside(
  file: ReleaseFile,
  types: readonly string[],
  leftBehind: LeftBehind[],
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  const ofOthers = types.includes(PUBLISH_PREDICATE_TYPE)
    ? undefined
    : `${file.filename}.publish.attestation`;
  for (const path of await evidenceBeside(file)) {
    if (basename(path) === ofOthers) continue;
    const read = await readEvidence(path);
    if ('error' in read) throw brokenEvidence(read.error);
    for (const evidence of read.evidence) {
      const type = predicateTypeOf(evidence);
      // A message signature says nothing that an index would take.
      if (type === undefined) continue;
      if (TAKEN.includes(type)) pieces.push({ name: read.name, type, evidence });
      else leftBehind.push({ name: read.name, why: `the index takes no attestation of type ${type}` });
    }
  }
  return pieces;
}

// Every `.attestation` counts, since other tools send every one. What an index served of a file is no evidence to send.
async function evidenceBeside({ path, digests, filename }: ReleaseFile): Promise<string[]> {
  const known = (await findEvidence(path, digests.sha256)).filter(
    (one) => !one.endsWith('.jsonl') && !one.endsWith('.provenance'),
  );
  const names = await readdir(dirname(path));
  const others = names
    .filter((name) => name.startsWith(`${filename}.`) && name.endsWith('.attestation'))
    .map((name) => join(dirname(path), name));
  return [...new Set([...known, ...others])].toSorted();
}

function predicateTypeOf(evidence: Evidence): string | undefined {
  try {
    if (evidence.kind === 'pep740') return parseStatement(evidence.attestation.statement).predicateType;
    const { content } = evidence.bundle;
    return content.kind === 'dsse' ? parseStatement(content.payload).predicateType : undefined;
  } catch (error) {
    if (error instanceof AttestationError)
      throw new VerificationError('ERR_STATEMENT', `${evidence.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A PEP 740 file comes before a bundle of its type; two of a kind that differ are nobody's to choose from. */
function oneOf(pieces: readonly Piece[]): Piece | undefined {
  const own = pieces.filter(({ evidence }) => evidence.kind === 'pep740');
  const [first, ...others] = own.length > 0 ? own : pieces;
  const other = others.find((one) => first !== undefined && textOf(one) !== textOf(first));
  if (first === undefined || other === undefined) return first;
  throw new CliError(
    'ERR_EVIDENCE_CONFLICT',
    `${first.name} and ${other.name} both attest ${first.type}: an index takes one of each type`,
  );
}

function textOf({ evidence }: Piece): string {
  return evidence.kind === 'pep740'
    ? encodeAttestation(evidence.attestation)
    : JSON.stringify(evidence.bundle, (_key, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
}

// A provenance by somebody else is common and harmless: what matters is that the index gets what it would take.
function judged(
  piece: Piece,
  file: ReleaseFile,
  { roots, publisher }: Judging,
): VerifiedAttestation | { why: string } {
  const artifact = { filename: file.filename, sha256: decodeHex(file.digests.sha256) };
  const optional = piece.evidence.kind === 'bundle' && piece.type !== PUBLISH_PREDICATE_TYPE;
  try {
    const attestation = asIndexSeesIt(piece.evidence);
    const evidence = { kind: 'pep740', name: piece.name, attestation } as const;
    const policies: Policies = { anyOf: [publisher], predicateTypes: [piece.type] };
    const { signer } = verifyEvidence(evidence, artifact, roots, policies);
    return { attestation, type: piece.type, signer };
  } catch (error) {
    if (optional && isForeign(error)) return { why: error.message };
    throw named(error, piece.name);
  }
}

function isForeign(error: unknown): error is Error {
  return (
    (error instanceof VerificationError && error.code === 'ERR_IDENTITY') ||
    (error instanceof AttestationError && error.code === 'ERR_CONVERSION')
  );
}

function asIndexSeesIt(evidence: Evidence): Attestation {
  return evidence.kind === 'pep740'
    ? evidence.attestation
    : attestationFromBundle(evidence.bundle).attestation;
}

function named(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error.message.includes(name)) return error;
  const [text, options] = [`${name}: ${error.message}`, { cause: error.cause }];
  if (error instanceof VerificationError) return new VerificationError(error.code, text, options);
  return error instanceof AttestationError ? new AttestationError(error.code, text, options) : error;
}
