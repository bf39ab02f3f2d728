// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { quote } from '@colophon/base';
import { fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { MAX_MEMBER_SIZE, unpackedLimit } from './archive-limits.ts';
import { archiveError, type ArchiveContents, type FramingNote } from './archive-problem.ts';
import { DistError } from './dist-error.ts';
import { MemberNames } from './member-names.ts';
import type { MemberVisitor } from './member-visitor.ts';
import { isSystemError, type RegularFile } from './regular-file.ts';
import { DEFLATE, entryNotes, toZipEntry, type ZipDirectory, type ZipEntry } from './zip-entry.ts';
import { zipLayoutNotes } from './zip-layout.ts';
import { readAt, readLocalHeader } from './zip-local-header.ts';
import { streamMember } from './zip-member.ts';
import { FileReader } from './zip-reader.ts';

export interface ArchiveQuery {
  /** Members whose content is wanted. */
  readonly wanted: readonly string[];
  /** Whether to look at every local header too: two reads a member. */
  readonly thorough: boolean;
  /** Who looks into the members, once the frame is known to be sound. */
  readonly visit?: MemberVisitor;
}

const inflate = promisify(inflateRaw);

/**
 * Reads a zip by its central directory, by position: never more of it than the directory and the wanted members is in memory.
 * @throws DistError ERR_DIST_ARCHIVE
 */
export async function readZip(file: RegularFile, query: ArchiveQuery): Promise<ArchiveContents> {
  const reader = new FileReader(file);
  try {
    return await Promise.race([readDirectoryAndMembers(file, reader, query), reader.failed]);
  } catch (cause) {
    if (cause instanceof DistError || isSystemError(cause)) throw cause;
    throw archiveError('archive-damaged', `${file.path}: not a sound zip archive`, cause);
  }
}

async function readDirectoryAndMembers(file: RegularFile, reader: FileReader, query: ArchiveQuery) {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false };
  const zip = await fromRandomAccessReaderPromise(reader, file.size, options);
  const notes: FramingNote[] = [];
  const names = new MemberNames(file.path);
  const directory = await readDirectory(file, zip, { names, notes });
  if (query.thorough) notes.push(...(await zipLayoutNotes(file, directory)));
  const members = new Map<string, Uint8Array>();
  for (const name of query.wanted) {
    const entry = directory.entries.get(name);
    if (entry) members.set(name, await readMember(file, entry));
  }
  if (query.visit) notes.push(...(await visitMembers(file, directory, query.visit)));
  return { names: names.all, members, notes: firstOfEach(notes) };
}

// The first damaged member ends the visit, but not the judgement: what the metadata says is worth knowing too.
async function visitMembers(
  file: RegularFile,
  { entries }: ZipDirectory,
  visit: MemberVisitor,
): Promise<FramingNote[]> {
  for (const entry of entries.values()) {
    const sink = entry.name.endsWith('/') ? undefined : visit(entry.name);
    try {
      if (sink) await streamMember(file, entry, sink);
    } catch (cause) {
      if (isSystemError(cause)) throw cause;
      const message =
        cause instanceof DistError
          ? cause.message
          : `${file.path}: member ${quote(entry.name)} does not unpack`;
      return [{ code: 'archive-damaged', message }];
    }
  }
  return [];
}

async function readDirectory(
  file: RegularFile,
  zip: ZipFile,
  { names, notes }: { names: MemberNames; notes: FramingNote[] },
): Promise<ZipDirectory> {
  const entries = new Map<string, ZipEntry>();
  const start = Number(zip.readEntryCursor);
  let unpacked = 0;
  for await (const raw of zip.eachEntry()) {
    const entry = toZipEntry(raw, file.path);
    if (entries.has(entry.name))
      throw archiveError('archive-duplicate', `${file.path}: member ${quote(entry.name)} stands twice`);
    names.add(entry.name, 46 + raw.fileNameLength + raw.extraFieldLength + raw.fileCommentLength);
    unpacked += entry.uncompressedSize;
    if (unpacked > unpackedLimit(file.size))
      throw archiveError('archive-bomb', `${file.path}: unpacks to more than fifty times its size`);
    if (notes.length < 1000) notes.push(...entryNotes(raw, entry));
    entries.set(entry.name, entry);
  }
  // With decodeStrings off the comment comes as bytes, whatever the type says.
  return { entries, start, end: Number(zip.readEntryCursor), commentLength: zip.comment.length };
}

async function readMember(file: RegularFile, entry: ZipEntry): Promise<Uint8Array> {
  const at = `${file.path}: member ${quote(entry.name)}`;
  if (Math.max(entry.compressedSize, entry.uncompressedSize) > MAX_MEMBER_SIZE)
    throw archiveError('archive-limit', `${at} is larger than ${MAX_MEMBER_SIZE} bytes`);
  const { dataStart } = await readLocalHeader(file, entry);
  const packed = await readAt(file, dataStart, entry.compressedSize);
  const bytes =
    entry.method === DEFLATE
      ? await inflate(packed, { maxOutputLength: Math.max(entry.uncompressedSize, 1) })
      : packed;
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32)
    throw archiveError(
      'archive-damaged',
      `${at} does not have the size and checksum that the archive states`,
    );
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// One report of a kind is enough: a streaming writer gives every member a data descriptor.
function firstOfEach(notes: readonly FramingNote[]): FramingNote[] {
  return [...new Map(notes.toReversed().map((note) => [note.code, note])).values()].toReversed();
}
