// SPDX-License-Identifier: Apache-2.0
import {
  encodeUtf8,
  parseJson,
  quote,
  readList,
  readObject,
  readString,
  readText,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import { reading } from './attestation-error.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** What signers of npm and of SLSA's first years wrote: the same fields by another name. */
const LEGACY_STATEMENT_TYPE = 'https://in-toto.io/Statement/v0.1';

/** What PyPI calls a publish attestation. Its predicate is empty: the signature and the subject say it all. */
export const PUBLISH_PREDICATE_TYPE = 'https://docs.pypi.org/attestations/publish/v1';
export const SLSA_PROVENANCE_PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** The most subjects a statement, and digests a subject, may have: what other verifiers allow, and no more work than that. */
const MAX_SUBJECTS = 1024;
const MAX_DIGESTS = 32;

/** Digests in bytes. An algorithm that is not here may have any length. */
const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
  ['sha3_256', 32],
  ['sha3_384', 48],
  ['sha3_512', 64],
]);

/** A file that a statement speaks of. `digest` maps an algorithm's in-toto name to lower-case hexadecimal. */
export interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** An in-toto Statement v1. `predicate` is undefined where the document has none. */
export interface Statement {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  readonly predicate?: JsonValue | undefined;
}

export interface StatementOptions {
  /** Takes Statement v0.1 too, as Sigstore bundles may hold it and PEP 740 attestations may not; default false. */
  readonly legacy?: boolean;
}

/**
 * Reads the payload of an in-toto attestation (in-toto attestation framework, Statement v1). Keys that the
 * framework does not define are passed over, as it demands of consumers; a key named twice is refused, so that no
 * two readers can see two different subjects. Nothing is verified.
 * @throws AttestationError ERR_STATEMENT
 */
export function parseStatement(
  payload: string | Uint8Array,
  { legacy = false }: StatementOptions = {},
): Statement {
  return reading('ERR_STATEMENT', 'in-toto statement', () => {
    const required = ['_type', 'subject', 'predicateType'];
    const statement = readObject(parseJson(payload), '$', { required, optional: ['predicate'], open: true });
    const { _type: type, subject, predicateType, predicate } = statement;
    if (type !== STATEMENT_TYPE && !(legacy && type === LEGACY_STATEMENT_TYPE))
      throw shapeMismatch('$._type', STATEMENT_TYPE);
    return {
      subjects: readSubjects(subject),
      predicateType: readText(predicateType, '$.predicateType'),
      predicate,
    };
  });
}

function readSubjects(value: JsonValue | undefined): Subject[] {
  const subjects = readList(value, '$.subject', readSubject, MAX_SUBJECTS);
  if (subjects.length === 0) throw shapeMismatch('$.subject', 'at least one subject');
  return subjects;
}

function readSubject(value: JsonValue, at: string): Subject {
  const subject = readObject(value, at, { required: ['name', 'digest'], open: true });
  const digest = readObject(subject.digest, `${at}.digest`, { open: true });
  const algorithms = Object.keys(digest);
  if (algorithms.length === 0 || algorithms.length > MAX_DIGESTS)
    throw shapeMismatch(`${at}.digest`, `1 to ${MAX_DIGESTS} digests`);
  for (const algorithm of algorithms)
    assertDigest(digest[algorithm], algorithm, `${at}.digest[${quote(algorithm)}]`);
  return { name: readText(subject.name, `${at}.name`), digest: digest as Record<string, string> };
}

// Upper case is refused: PyPI compares the text, so one file would have digests that are equal and not equal.
function assertDigest(value: JsonValue | undefined, algorithm: string, at: string): void {
  const text = readString(value, at);
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) throw shapeMismatch(at, 'lower-case hexadecimal');
  const length = DIGEST_BYTES.get(algorithm);
  if (length !== undefined && text.length !== 2 * length) throw shapeMismatch(at, `${length} bytes`);
}

/** Writes a statement as compact JSON, in the order of keys that PyPI's own tools sign. */
export function encodeStatement(statement: Statement): Uint8Array {
  const { predicate } = statement;
  return encodeUtf8(
    statementText(statement, predicate === undefined ? undefined : JSON.stringify(predicate)),
  );
}

/**
 * The same, with a predicate that is JSON text already, and stands in the statement as it was written: no number loses a
 * digit on the way through this program.
 * @throws TypeError when `predicateJson` is not JSON: its reader was there before
 */
export function encodeStatementAround(
  statement: Pick<Statement, 'subjects' | 'predicateType'>,
  predicateJson: string,
): Uint8Array {
  try {
    JSON.parse(predicateJson);
  } catch (cause) {
    throw new TypeError('the predicate of a statement must be JSON text', { cause });
  }
  return encodeUtf8(statementText(statement, predicateJson));
}

function statementText(
  { subjects, predicateType }: Pick<Statement, 'subjects' | 'predicateType'>,
  predicateJson: string | undefined,
): string {
  const head = JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: subjects.map(({ name, digest }) => ({ name, digest: { ...digest } })),
    predicateType,
  });
  return predicateJson === undefined ? head : `${head.slice(0, -1)},"predicate":${predicateJson}}`;
}

export interface PublishedFile {
  /** The name on disk, as it is. */
  readonly filename: string;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256Hex: string;
}

/**
 * The statement of a publish attestation, byte for byte what pypi-attestations signs for the same file.
 * @throws TypeError when the digest or the name is not one: both come from the program, not from a stranger
 */
export function encodePublishStatement({ filename, sha256Hex }: PublishedFile): Uint8Array {
  if (filename === '' || !/^[0-9a-f]{64}$/.test(sha256Hex))
    throw new TypeError('a publish statement needs a filename and a lower-case SHA-256 digest');
  return encodeStatement({
    subjects: [{ name: filename, digest: { sha256: sha256Hex } }],
    predicateType: PUBLISH_PREDICATE_TYPE,
    predicate: null,
  });
}
