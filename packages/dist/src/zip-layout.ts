// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { archiveError, type FramingNote } from './archive-problem.ts';
import type { RegularFile } from './regular-file.ts';
import type { ZipDirectory } from './zip-entry.ts';
import { readLocalHeader } from './zip-local-header.ts';

const END_RECORD = 22;
const ZIP64_END_RECORDS = 56 + 20;
/** A data descriptor with or without signature, with sizes of 32 or 64 bits. */
const MAX_DESCRIPTOR = 24;

/**
 * Walks the local headers in the order of the file. PyPI wants members, central directory and end record to follow
 * each other without a gap: what lies in a gap is seen by a reader that streams, and by nobody else.
 * @throws DistError ERR_DIST_ARCHIVE: members that share bytes (a bomb's trick), local headers that contradict
 */
export async function zipLayoutNotes(file: RegularFile, directory: ZipDirectory): Promise<FramingNote[]> {
  const notes: FramingNote[] = [];
  const entries = [...directory.entries.values()].toSorted((a, b) => a.offset - b.offset);
  let [position, slack] = [0, 0];
  for (const entry of entries) {
    if (entry.offset < position)
      throw archiveError(
        'archive-overlap',
        `${file.path}: member ${quote(entry.name)} shares bytes with another`,
      );
    if (entry.offset > position + slack) notes.push(gap(`before member ${quote(entry.name)}`));
    const { dataStart, dataDescriptor } = await readLocalHeader(file, entry);
    if (dataDescriptor)
      notes.push({
        code: 'zip-data-descriptor',
        message: `member ${quote(entry.name)} has a data descriptor`,
      });
    position = dataStart + entry.compressedSize;
    slack = dataDescriptor ? MAX_DESCRIPTOR : 0;
    if (notes.length > 1000) return notes;
  }
  if (directory.start < position)
    throw archiveError('archive-overlap', `${file.path}: a member reaches into the central directory`);
  if (directory.start > position + slack) notes.push(gap('before the central directory'));
  const tail = file.size - directory.end - directory.commentLength - END_RECORD;
  if (tail !== 0 && tail !== ZIP64_END_RECORDS) notes.push(gap('after the central directory'));
  return notes;
}

function gap(where: string): FramingNote {
  return { code: 'zip-hidden-data', message: `there are bytes ${where} that belong to no member` };
}
