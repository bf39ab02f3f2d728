// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { MAX_MEMBERS } from './archive-limits.ts';

/** One row of a RECORD. */
export interface RecordRow {
  /** With `/` between its parts. */
  readonly path: string;
  /** `sha256=` and URL-safe base64 without padding, or nothing. */
  readonly hash: string;
  /** Bytes, as text, or nothing. */
  readonly size: string;
}

/** Longer than any path that a zip can hold. */
const MAX_LINE = 1024 * 1024;
const COLUMNS = 3;

// One cell: quoted or not, up to a comma or the end of the line.
const CELL = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/** The rows of a wheel's RECORD (PEP 376, PEP 427), or undefined when it is not a CSV table, or of more rows than a wheel has members; undecodable bytes are null. */
export function recordRows(record: Uint8Array): readonly RecordRow[] | undefined | null {
  let text: string;
  try {
    text = decodeUtf8(record);
  } catch {
    return null;
  }
  const rows: RecordRow[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') continue;
    if (line.length > MAX_LINE || rows.length === MAX_MEMBERS) return undefined;
    const cells = cellsOf(line);
    const [path = '', hash = '', size = ''] = cells ?? [];
    if (!cells) return undefined;
    rows.push({ path: path.replaceAll('\\', '/'), hash, size });
  }
  return rows;
}

function cellsOf(line: string): string[] | undefined {
  const cells: string[] = [];
  for (CELL.lastIndex = 0; ; ) {
    const [, quoted, plain, end] = CELL.exec(line) ?? [];
    if (quoted === undefined && plain === undefined) return undefined;
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '') return cells;
    if (cells.length === COLUMNS) return undefined;
  }
}
