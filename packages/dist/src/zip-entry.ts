// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, quote } from '@colophon/base';
import type { Entry, ExtraField } from 'yauzl';
import { archiveError, type FramingNote } from './archive-problem.ts';

/** One entry of a zip's central directory (APPNOTE 4.3.12), as much of it as is needed later. */
export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  /** Where the local header begins. */
  readonly offset: number;
}

/** What the central directory says. */
export interface ZipDirectory {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the central directory begins and where it ends. */
  readonly start: number;
  readonly end: number;
  /** Bytes of the comment after the end record. */
  readonly commentLength: number;
}

const ENCRYPTED = 0x0001;
const DATA_DESCRIPTOR = 0x0008;
const UTF8_NAME = 0x0800;
const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;

export const STORE = 0;
export const DEFLATE = 8;

export function hasDataDescriptor(flags: number): boolean {
  return (flags & DATA_DESCRIPTOR) !== 0;
}

/** Takes over an entry that yauzl read, with the rules that PyPI and safety set. @throws DistError ERR_DIST_ARCHIVE */
export function toZipEntry(entry: Entry, path: string): ZipEntry {
  const name = entryName(entry, path);
  const flags = entry.generalPurposeBitFlag;
  const method = entry.compressionMethod;
  if ((flags & ENCRYPTED) !== 0)
    throw archiveError('archive-encrypted', `${path}: member ${quote(name)} is encrypted`);
  if (method !== STORE && method !== DEFLATE)
    throw archiveError(
      'archive-compression',
      `${path}: member ${quote(name)} is compressed by method ${method}; only STORE and DEFLATE may be used`,
    );
  const { crc32, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader: offset } = entry;
  return { name, flags, method, crc32, compressedSize, uncompressedSize, offset };
}

/** Flaws of an entry's frame that only some readers mind. */
export function entryNotes(entry: Entry, { name, flags }: ZipEntry): FramingNote[] {
  const notes: FramingNote[] = [];
  if (hasDataDescriptor(flags))
    notes.push({ code: 'zip-data-descriptor', message: `member ${quote(name)} has a data descriptor` });
  if (entry.fileCommentLength > 0)
    notes.push({ code: 'zip-comment', message: `member ${quote(name)} has a comment` });
  return notes;
}

// Without the UTF-8 flag a name is code page 437 to Python and UTF-8 to others: only ASCII is the same in both.
function entryName(entry: Entry, path: string): string {
  const raw = new Uint8Array(entry.fileNameRaw);
  const utf8 = (entry.generalPurposeBitFlag & UTF8_NAME) !== 0;
  if (!utf8 && raw.some((byte) => byte > 0x7f))
    throw archiveError('archive-name', `${path}: a member's name is neither ASCII nor marked as UTF-8`);
  const name = decodeName(raw, path);
  assertExtraFields(entry.extraFields, name, path);
  return name;
}

function decodeName(raw: Uint8Array, path: string): string {
  try {
    return decodeUtf8(raw);
  } catch (cause) {
    throw archiveError('archive-name', `${path}: a member's name is not UTF-8`, cause);
  }
}

// A second zip64 field or another name in Info-ZIP's field: readers that take the one or the other see two archives.
function assertExtraFields(fields: readonly ExtraField[], name: string, path: string): void {
  for (const id of [ZIP64, UNICODE_PATH])
    if (fields.filter((field) => field.id === id).length > 1)
      throw archiveError('archive-ambiguous', `${path}: member ${quote(name)} has an extra field twice`);
  const unicode = fields.find(({ id }) => id === UNICODE_PATH)?.data.subarray(5);
  if (unicode && !unicode.equals(Buffer.from(name)))
    throw archiveError('archive-ambiguous', `${path}: member ${quote(name)} has a second name`);
}
