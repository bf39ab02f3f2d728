// SPDX-License-Identifier: Apache-2.0
import {
  EncodingError,
  encodeBase64,
  parseJson,
  readBase64,
  readObject,
  readOptional,
  readString,
  readText,
  readTimestamp,
  shapeMismatch,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import { DistError, parseDistFilename, parseVersion, sameVersion } from '@colophon/dist';
import { CliError } from '../cli-error.ts';

/** Which release a journal is about. All of it must agree before a word of the journal is used. */
export interface JournalSubject {
  /** The upload URL: names of indexes can be given to any. */
  readonly index: string;
  /** By PEP 503. */
  readonly project: string;
  readonly version: string;
  /** As `--publisher` takes it; absent where the release has none. */
  readonly publisher?: string;
}

/** A signature as it was before it was logged: enough to propose it to the log once more. */
export interface SignedRecord {
  /** The bytes that were signed: an in-toto statement. */
  readonly statement: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
}

/** How far one file came. Each part is written when it is certain, and never taken back. */
export interface FileRecord {
  /** Of the bytes that all the rest is about; lower-case hexadecimal. */
  readonly sha256: string;
  readonly signed?: SignedRecord;
  readonly logIndex?: string;
  readonly uploaded?: Date;
  readonly readBack?: Date;
  /** Its attestation is where `--store` says. */
  readonly stored?: Date;
}

/** Where attestations go beside the index, by `--store`. */
export type StoreName = 'github';

export interface Journal {
  readonly subject: JournalSubject;
  /** What a run of this release was told, and whichever follows has to finish. */
  readonly store?: StoreName;
  /** By filename. */
  readonly files: ReadonlyMap<string, FileRecord>;
}

const SCHEMA = 'colophon.journal/1';
const MAX_FILES = 10_000;

/**
 * Reads a journal. It is a file that anybody may have written: nothing in it is believed before it agrees with the
 * files, the index and the evidence; here it only must have its form, and speak of one release.
 * @throws CliError ERR_JOURNAL
 */
export function parseJournal(bytes: Uint8Array, path: string): Journal {
  try {
    return readJournal(parseJson(bytes));
  } catch (cause) {
    if (!(cause instanceof EncodingError || cause instanceof DistError)) throw cause;
    throw new CliError('ERR_JOURNAL', `${path} is not the journal of a release: ${cause.message}`, { cause });
  }
}

function readJournal(document: JsonValue): Journal {
  const root = readObject(document, '$', {
    required: ['schema', 'index', 'project', 'version', 'files'],
    optional: ['publisher', 'store'],
  });
  if (root['schema'] !== SCHEMA) throw shapeMismatch('$.schema', SCHEMA);
  const publisher = readOptional(root['publisher'], '$.publisher', readText);
  const subject = {
    index: readText(root['index'], '$.index'),
    project: readText(root['project'], '$.project'),
    version: parseVersion(readText(root['version'], '$.version')),
    ...(publisher === undefined ? {} : { publisher }),
  };
  const entries = Object.entries(readObject(root['files'], '$.files', { open: true }));
  if (entries.length > MAX_FILES) throw shapeMismatch('$.files', `at most ${MAX_FILES} files`);
  const files = entries.map(([name, value]) => [filename(name, subject), readRecord(value, name)] as const);
  const store = readOptional(root['store'], '$.store', readStore);
  return { subject, files: new Map(files), ...(store === undefined ? {} : { store }) };
}

function readStore(value: JsonValue, at: string): StoreName {
  if (value !== 'github') throw shapeMismatch(at, 'github');
  return value;
}

// A name from a file must not lead anywhere, and a record must not be about another release.
function filename(name: string, { project, version }: JournalSubject): string {
  const dist = parseDistFilename(name);
  if (dist.name === project && sameVersion(dist.version, version)) return name;
  throw shapeMismatch('$.files', `files of ${project} ${version} alone`);
}

function readRecord(value: JsonValue, name: string): FileRecord {
  const at = `$.files[${JSON.stringify(name.slice(0, 255))}]`;
  const record = readObject(value, at, {
    required: ['sha256'],
    optional: ['signed', 'logIndex', 'uploaded', 'readBack', 'stored'],
  });
  const sha256 = readString(record['sha256'], `${at}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw shapeMismatch(`${at}.sha256`, '64 hexadecimal digits');
  const parts = {
    signed: readOptional(record['signed'], `${at}.signed`, readSigned),
    logIndex: readOptional(record['logIndex'], `${at}.logIndex`, readLogIndex),
    uploaded: readOptional(record['uploaded'], `${at}.uploaded`, readTimestamp),
    readBack: readOptional(record['readBack'], `${at}.readBack`, readTimestamp),
    stored: readOptional(record['stored'], `${at}.stored`, readTimestamp),
  };
  const known = Object.entries(parts).filter(([, part]) => part !== undefined);
  return { sha256, ...(Object.fromEntries(known) as Partial<FileRecord>) };
}

function readSigned(value: JsonValue, at: string): SignedRecord {
  const signed = readObject(value, at, { required: ['statement', 'certificate', 'signature'] });
  return {
    statement: readBase64(signed['statement'], `${at}.statement`),
    certificate: readBase64(signed['certificate'], `${at}.certificate`),
    signature: readBase64(signed['signature'], `${at}.signature`),
  };
}

function readLogIndex(value: JsonValue, at: string): string {
  const text = readString(value, at);
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) throw shapeMismatch(at, 'a log index');
  return text;
}

/** Writes a journal, for `parseJournal`. */
export function encodeJournal({ subject, store, files }: Journal): string {
  const records = [...files].map(([name, record]) => [name, recordJson(record)] as const);
  const wish = store === undefined ? {} : { store };
  const document = { schema: SCHEMA, ...subject, ...wish, files: Object.fromEntries(records) };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function recordJson({ sha256, signed, logIndex, uploaded, readBack, stored }: FileRecord): JsonObject {
  return {
    sha256,
    ...(signed === undefined ? {} : { signed: signedJson(signed) }),
    ...(logIndex === undefined ? {} : { logIndex }),
    ...(uploaded === undefined ? {} : { uploaded: uploaded.toISOString() }),
    ...(readBack === undefined ? {} : { readBack: readBack.toISOString() }),
    ...(stored === undefined ? {} : { stored: stored.toISOString() }),
  };
}

function signedJson({ statement, certificate, signature }: SignedRecord): JsonObject {
  return {
    statement: encodeBase64(statement),
    certificate: encodeBase64(certificate),
    signature: encodeBase64(signature),
  };
}
