// SPDX-License-Identifier: Apache-2.0
import type { FramingNote } from './archive-problem.ts';
import type { RegularFile } from './regular-file.ts';
import { readAt } from './zip-local-header.ts';

const END_RECORD = Buffer.from('PK\u0005\u0006', 'latin1');
const END_RECORD_SIZE = 22;
const MAX_COMMENT = 0xffff;

/** Whether a gzipped tar ends as a zip does (APPNOTE 4.3.16): the reader's choice would then be the content. */
export async function polyglotNotes(file: RegularFile): Promise<FramingNote[]> {
  const length = Math.min(file.size, END_RECORD_SIZE + MAX_COMMENT);
  const tail = await readAt(file, file.size - length, length);
  for (
    let at = tail.lastIndexOf(END_RECORD);
    at >= 0;
    at = at > 0 ? tail.lastIndexOf(END_RECORD, at - 1) : -1
  )
    if (at + END_RECORD_SIZE <= length && at + END_RECORD_SIZE + tail.readUInt16LE(at + 20) === length)
      return [{ code: 'archive-polyglot', message: 'the file is a zip archive too' }];
  return [];
}
