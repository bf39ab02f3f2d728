// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from '@colophon/base';
import {
  CEP27_PREDICATE_TYPE,
  IN_TOTO_PAYLOAD_TYPE,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type EnvelopeContent,
  type Statement,
  type Subject,
} from '@colophon/attestation';
import { parseDistFilename, sameDistribution, type DistFilename } from '@colophon/dist';
import type { HashName } from '@colophon/pki';
import { digestOf, type Artifact } from './artifact.ts';
import type { Evidence } from './evidence.ts';
import { atStage, failure } from './verification-error.ts';

/** The types that a PEP 740 attestation may have, and that count where none is demanded. */
export const PEP740_PREDICATE_TYPES: readonly string[] = [
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
];

/** What a verified statement says of the artifact. */
export interface MatchedStatement {
  readonly subject: Subject;
  readonly predicateType: string;
}

/**
 * Reads the statement in an envelope and checks that it is about the artifact. PEP 740 attestations, and bundles that
 * hold a publish statement, have exactly one subject, whose name and digest are the file's, and so have those of conda
 * packages (CEP 27); of other statements any subject with the file's digest will do, by SHA-256, SHA-384 or SHA-512, and the Statement may be of v0.1.
 * @throws VerificationError ERR_STATEMENT, ERR_ARTIFACT_NAME, ERR_SUBJECT_NAME, ERR_SUBJECT_DIGEST
 */
export function matchStatement(
  envelope: EnvelopeContent,
  kind: Evidence['kind'],
  artifact: Artifact,
): MatchedStatement {
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE)
    throw failure('ERR_STATEMENT', 'the envelope does not hold an in-toto statement', {
      payloadType: envelope.payloadType,
    });
  const statement = atStage('ERR_STATEMENT', 'the statement is malformed', () =>
    parseStatement(envelope.payload, { legacy: kind === 'bundle' }),
  );
  const { predicateType } = statement;
  const strict = kind === 'pep740' || predicateType === PUBLISH_PREDICATE_TYPE;
  if (strict) return { subject: matchOnlySubject(statement, artifact), predicateType };
  const conda = predicateType === CEP27_PREDICATE_TYPE;
  const subject = conda ? matchCondaSubject(statement, artifact) : matchAnySubject(statement, artifact);
  return { subject, predicateType };
}

// CEP 27: one subject, by its SHA-256 alone, of the name that the package has where that is known.
function matchCondaSubject(statement: Statement, artifact: Artifact): Subject {
  const [subject, ...others] = statement.subjects;
  if (subject === undefined || others.length > 0 || Object.keys(subject.digest).join() !== 'sha256')
    throw failure('ERR_STATEMENT', 'the statement does not have exactly one subject with a SHA-256 alone');
  const { filename = subject.name } = artifact;
  if (subject.name !== filename)
    throw failure('ERR_SUBJECT_NAME', 'the statement is about a file of another name', {
      subject: subject.name,
      filename,
    });
  return matchAnySubject(statement, artifact);
}

function matchOnlySubject({ subjects, predicateType, predicate }: Statement, artifact: Artifact): Subject {
  const [subject, ...others] = subjects;
  if (subject === undefined || others.length > 0)
    throw failure('ERR_STATEMENT', 'the statement does not have exactly one subject');
  // PyPI takes any object or nothing; a list or a scalar is no predicate.
  if (predicateType === PUBLISH_PREDICATE_TYPE && !isObjectOrNothing(predicate))
    throw failure('ERR_STATEMENT', 'the predicate of the statement is not an object');
  const file = parseArtifactName(artifact);
  if (!isSameDistribution(subject.name, file))
    throw failure('ERR_SUBJECT_NAME', 'the statement is about a file of another name', {
      subject: subject.name,
      filename: file.filename,
    });
  if (!Object.hasOwn(subject.digest, 'sha256') || !hasDigest(subject, artifact))
    throw failure('ERR_SUBJECT_DIGEST', 'the statement is about a file of the same name with other content');
  return subject;
}

function matchAnySubject({ subjects }: Statement, artifact: Artifact): Subject {
  const subject = subjects.find((candidate) => hasDigest(candidate, artifact));
  if (subject !== undefined) return subject;
  const lacking = subjects.flatMap(({ digest }) => lackingDigests(digest, artifact));
  if (lacking.length > 0)
    throw failure('ERR_EVIDENCE', `to judge this statement the ${lacking[0]} of the file is needed`);
  throw failure('ERR_SUBJECT_DIGEST', 'the statement is about other files: no subject has this digest');
}

function isObjectOrNothing(predicate: unknown): boolean {
  return predicate === undefined || (typeof predicate === 'object' && !Array.isArray(predicate));
}

const COMPARED = ['sha256', 'sha384', 'sha512'] as const;

// One digest must be the file's, and none that can be compared may be another's.
function hasDigest({ digest }: Subject, artifact: Artifact): boolean {
  const found = COMPARED.flatMap((hash) => {
    const named = Object.hasOwn(digest, hash) ? digest[hash] : undefined;
    const own = named === undefined ? undefined : digestOf(artifact, hash);
    return own === undefined ? [] : [encodeHex(own) === named];
  });
  return found.length > 0 && found.every(Boolean);
}

// A subject by SHA-256 can always be judged; one by another digest only where that is known of the file.
function lackingDigests(digest: Subject['digest'], artifact: Artifact): HashName[] {
  if (Object.hasOwn(digest, 'sha256')) return [];
  return COMPARED.filter((hash) => Object.hasOwn(digest, hash) && digestOf(artifact, hash) === undefined);
}

/** The artifact's name as a distribution's. @throws VerificationError ERR_ARTIFACT_NAME */
export function parseArtifactName({ filename }: Artifact): DistFilename {
  if (filename === undefined)
    throw failure('ERR_ARTIFACT_NAME', 'the name of the file is needed, and only its digest is known');
  return atStage('ERR_ARTIFACT_NAME', 'the file is not named as a distribution', () =>
    parseDistFilename(filename),
  );
}

function isSameDistribution(name: string, file: DistFilename): boolean {
  if (name === file.filename) return true;
  const subject = atStage('ERR_SUBJECT_NAME', 'the subject is not named as a distribution', () =>
    parseDistFilename(name),
  );
  return sameDistribution(subject, file);
}
