// SPDX-License-Identifier: Apache-2.0
import { type JsonValue, readList, readObject, readString } from '@colophon/base';
import { refused } from './attestation-verdict.ts';
import { parseDistributionFilename, sameDistribution } from './distribution-filename.ts';
import { parseStrictJson } from './strict-json.ts';

/** A file on its way into the index, by what an attestation says about it. */
export interface AttestedFile {
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPES = new Set([
  'https://docs.pypi.org/attestations/publish/v1',
  'https://slsa.dev/provenance/v1',
]);
const DIGESTS = ['sha256', 'sha384', 'sha512', 'sha3_256', 'sha3_384', 'sha3_512'];

/**
 * Judges an in-toto Statement v1 by the rules for PyPI (pypi.md §1.2, §1.3): one subject, which is this file by parsed name and
 * SHA-256, and a predicate type that the index knows. The answer is that type.
 * @throws WarehouseError ERR_WAREHOUSE_ATTESTATION_REFUSED
 */
export function judgeStatement(payload: Uint8Array, file: AttestedFile): string {
  const { subjects, predicateType } = readStatement(payload);
  const [subject, ...others] = subjects;
  if (!subject || others.length > 0) throw refused('too many subjects in statement (must be exactly one)');
  if (subject.name === '') throw refused('invalid subject: missing name');
  assertName(subject.name, file.filename);
  if (subject.sha256 !== file.sha256) throw refused('subject does not match distribution digest');
  if (!PREDICATE_TYPES.has(predicateType)) throw refused(`unknown attestation type: ${predicateType}`);
  return predicateType;
}

function assertName(subject: string, filename: string): void {
  let same = false;
  try {
    same = sameDistribution(parseDistributionFilename(subject), parseDistributionFilename(filename));
  } catch (cause) {
    throw refused(`invalid subject: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
  if (!same) throw refused(`subject does not match distribution name: ${subject} != ${filename}`);
}

interface Subject {
  readonly name: string;
  readonly sha256: string | undefined;
}

function readStatement(payload: Uint8Array): { subjects: Subject[]; predicateType: string } {
  try {
    const required = ['_type', 'subject', 'predicateType'];
    const statement = readObject(parseStrictJson(payload), '$', { required, open: true });
    const { _type: type } = statement;
    if (type !== STATEMENT_TYPE) throw refused('invalid statement: _type');
    // An object or nothing: PyPI looks no further into it.
    if (statement.predicate !== undefined && statement.predicate !== null)
      readObject(statement.predicate, '$.predicate', { open: true });
    return {
      subjects: readList(statement.subject, '$.subject', readSubject),
      predicateType: readString(statement.predicateType, '$.predicateType'),
    };
  } catch (cause) {
    throw refused(`invalid statement: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
}

function readSubject(value: JsonValue, at: string): Subject {
  const { name, digest } = readObject(value, at, { required: ['name', 'digest'], open: true });
  const digests = readObject(digest, `${at}.digest`, { optional: DIGESTS });
  for (const [algorithm, hex] of Object.entries(digests)) readString(hex, `${at}.digest.${algorithm}`);
  const { sha256 } = digests;
  return {
    name: name === null ? '' : readString(name, `${at}.name`),
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
  };
}
