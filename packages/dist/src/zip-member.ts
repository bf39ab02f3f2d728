// SPDX-License-Identifier: Apache-2.0
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { quote } from '@colophon/base';
import { archiveError } from './archive-problem.ts';
import type { MemberSink } from './member-visitor.ts';
import type { RegularFile } from './regular-file.ts';
import { DEFLATE, type ZipEntry } from './zip-entry.ts';
import { readAt, readLocalHeader } from './zip-local-header.ts';

const CHUNK = 256 * 1024;

/** Reads a member from front to back, in flat memory. @throws DistError ERR_DIST_ARCHIVE when it is not what the directory says */
export async function streamMember(file: RegularFile, entry: ZipEntry, sink: MemberSink): Promise<void> {
  const { dataStart } = await readLocalHeader(file, entry);
  let [size, checksum] = [0, 0];
  const take = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      size += piece.length;
      if (size > entry.uncompressedSize) return done(damaged(file, entry));
      checksum = crc32(piece, checksum);
      sink.write(piece);
      return done();
    },
  });
  const source = Readable.from(pieces(file, dataStart, entry.compressedSize));
  await (entry.method === DEFLATE
    ? pipeline(source, createInflateRaw({ chunkSize: CHUNK }), take)
    : pipeline(source, take));
  if (size !== entry.uncompressedSize || checksum !== entry.crc32) throw damaged(file, entry);
  sink.end();
}

async function* pieces(file: RegularFile, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += CHUNK) yield readAt(file, start + at, Math.min(CHUNK, length - at));
}

function damaged(file: RegularFile, entry: ZipEntry): Error {
  return archiveError(
    'archive-damaged',
    `${file.path}: member ${quote(entry.name)} does not have the size and checksum that the archive states`,
  );
}
