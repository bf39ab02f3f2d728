// SPDX-License-Identifier: Apache-2.0
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackedLimit } from './archive-limits.ts';
import { archiveError, type ArchiveContents } from './archive-problem.ts';
import { DistError } from './dist-error.ts';
import { isSystemError, type RegularFile } from './regular-file.ts';
import type { ArchiveQuery } from './zip-archive.ts';
import { TarScan } from './tar-scan.ts';

const CHUNK = 64 * 1024;

/**
 * Reads a gzipped tar from front to back, once; never more of it than its names and the wanted members is in memory.
 * @throws DistError ERR_DIST_ARCHIVE
 */
export async function readTarGz(
  file: RegularFile,
  { wanted, visit }: Pick<ArchiveQuery, 'wanted' | 'visit'>,
): Promise<ArchiveContents> {
  const scan = new TarScan(file.path, wanted, visit);
  const limit = unpackedLimit(file.size);
  let unpacked = 0;
  try {
    await pipeline(
      chunks(file),
      createGunzip({ chunkSize: CHUNK }),
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          unpacked += chunk.length;
          if (unpacked > limit)
            throw archiveError('archive-bomb', `${file.path}: unpacks to more than fifty times its size`);
          scan.write(chunk);
        }
      },
    );
    return scan.end();
  } catch (cause) {
    if (cause instanceof DistError || isSystemError(cause)) throw cause;
    throw archiveError('archive-damaged', `${file.path}: not a sound gzipped tar archive`, cause);
  }
}

// A fresh buffer for each: the inflater still holds the last one when the next is read.
async function* chunks({ handle }: RegularFile): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
