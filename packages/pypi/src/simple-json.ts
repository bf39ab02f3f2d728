// SPDX-License-Identifier: Apache-2.0
import {
  EncodingError,
  type JsonValue,
  readList,
  readObject,
  readOptional,
  readString,
  readTimestamp,
  shapeMismatch,
} from '@colophon/base';
import { IndexError } from './index-error.ts';
import { parseServedUrl, resolveServedUrl } from './index-url.ts';

/** One file of a project, as its index lists it. Nothing of it is proven. */
export interface ProjectFile {
  /** A plain name without any separator. */
  readonly filename: string;
  /** Absolute: https, or http on loopback. */
  readonly url: string;
  /** Lower-case hexadecimal; absent where the index lists no SHA-256. */
  readonly sha256?: string;
  /** In bytes (PEP 700). */
  readonly size?: number;
  readonly requiresPython?: string;
  readonly uploadTime?: Date;
  readonly yanked: boolean;
  readonly yankedReason?: string;
  /** Where the file's provenance object is (PEP 740); absolute. */
  readonly provenanceUrl?: string;
}

/** A project, as its index lists it. */
export interface Project {
  /** As the index writes it, which should be normalised. */
  readonly name: string;
  /** PEP 700; absent where the index does not list them. */
  readonly versions?: readonly string[];
  /** PEP 792: `active` unless the index says otherwise (`archived`, `quarantined`, `deprecated`, or a newer word). */
  readonly status: string;
  readonly statusReason?: string;
  readonly files: readonly ProjectFile[];
}

const MAX_FILES = 200_000;

/**
 * Reads a project page of the Simple API in its JSON form (PEP 691, 700, 740, 792; any 1.x), as it came from `page`.
 * Keys that are not known are passed over, as the specification demands; what is known must have its type. A page that
 * lists one filename twice is refused: two readers would take two different files.
 * @throws EncodingError ERR_JSON_SHAPE
 */
export function readProjectPage(document: JsonValue, page: URL): Project {
  const root = readObject(document, '$', { required: ['meta', 'name', 'files'], open: true });
  readApiVersion(root.meta);
  const files = readList(root.files, '$.files', (file, at) => readFile(file, at, page), MAX_FILES);
  assertNamedOnce(files);
  const status = readOptional(root['project-status'], '$.project-status', readStatus);
  return {
    name: readString(root.name, '$.name'),
    ...defined('versions', readOptional(root.versions, '$.versions', readVersions)),
    status: status?.status ?? 'active',
    ...defined('statusReason', status?.reason),
    files,
  };
}

function readApiVersion(meta: JsonValue | undefined): void {
  const at = '$.meta.api-version';
  const version = readObject(meta, '$.meta', { required: ['api-version'], open: true })['api-version'];
  // A greater major version may give any key another meaning (PEP 629).
  if (!/^1\.\d{1,9}$/.test(readString(version, at))) throw shapeMismatch(at, 'version 1.x');
}

function readVersions(value: JsonValue, at: string): string[] {
  return readList(value, at, readString, MAX_FILES);
}

function readStatus(value: JsonValue, at: string): { status: string; reason: string | undefined } {
  const object = readObject(value, at, { open: true });
  return {
    status: readOptional(object.status, `${at}.status`, readString) ?? 'active',
    reason: readOptional(object.reason, `${at}.reason`, readString),
  };
}

function readFile(value: JsonValue, at: string, page: URL): ProjectFile {
  const file = readObject(value, at, { required: ['filename', 'url', 'hashes'], open: true });
  const yanked = readYanked(file.yanked ?? false, `${at}.yanked`);
  const url = readUrl(file.url, `${at}.url`, (text) => resolveServedUrl(text, page));
  const provenanceUrl = readOptional(file.provenance, `${at}.provenance`, (text, place) =>
    readUrl(text, place, (absolute) => parseServedUrl(absolute, page)),
  );
  return {
    filename: readFilename(file.filename, `${at}.filename`),
    url,
    ...defined('sha256', readSha256(file.hashes, `${at}.hashes`)),
    ...defined('size', readOptional(file.size, `${at}.size`, readSize)),
    ...defined('requiresPython', readOptional(file['requires-python'], `${at}.requires-python`, readString)),
    ...defined('uploadTime', readOptional(file['upload-time'], `${at}.upload-time`, readTimestamp)),
    ...yanked,
    ...defined('provenanceUrl', provenanceUrl),
  };
}

/** Whether a filename stays in the folder that it is put into, on every system. */
export function isPlainFilename(filename: string): boolean {
  return filename.length <= 255 && !/^\.|[.\s]$|[\p{Cc}\p{Cs}/\\:<>"|?*]|^$/u.test(filename);
}

function readFilename(value: JsonValue | undefined, at: string): string {
  const filename = readString(value, at);
  if (!isPlainFilename(filename)) throw shapeMismatch(at, 'a plain filename');
  return filename;
}

function readUrl(value: JsonValue | undefined, at: string, resolve: (text: string) => URL): string {
  const text = readString(value, at);
  try {
    return resolve(text).href;
  } catch (cause) {
    if (!(cause instanceof IndexError)) throw cause;
    throw new EncodingError('ERR_JSON_SHAPE', `${at}: ${cause.message}`, { cause, details: { at } });
  }
}

function readSha256(value: JsonValue | undefined, at: string): string | undefined {
  const hash = readObject(value, at, { open: true })['sha256'];
  return readOptional(hash, `${at}.sha256`, (text, place) => {
    const digest = readString(text, place).toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(digest)) throw shapeMismatch(place, '64 hexadecimal digits');
    return digest;
  });
}

function readSize(value: JsonValue, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw shapeMismatch(at, 'a number of bytes');
  return value;
}

function readYanked(value: JsonValue, at: string): Pick<ProjectFile, 'yanked' | 'yankedReason'> {
  if (typeof value === 'boolean') return { yanked: value };
  return { yanked: true, yankedReason: readString(value, at) };
}

function assertNamedOnce(files: readonly ProjectFile[]): void {
  const seen = new Set<string>();
  for (const { filename } of files) {
    if (seen.has(filename)) throw shapeMismatch('$.files', `one entry for ${JSON.stringify(filename)}`);
    seen.add(filename);
  }
}

function defined<Key extends string, T>(key: Key, value: T | undefined): Partial<Record<Key, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, T>);
}
