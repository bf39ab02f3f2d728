// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';

// One row: a path, quoted or not, and whatever follows its comma.
const ROW = /^(?:"((?:[^"]|"")*)"|([^",]*)),/;

/** The paths in a wheel's RECORD (PEP 376, PEP 427), or undefined when it is not a CSV table in UTF-8. */
export function recordedPaths(record: Uint8Array): ReadonlySet<string> | undefined {
  let text: string;
  try {
    text = decodeUtf8(record);
  } catch {
    return undefined;
  }
  const paths = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const [, quoted, plain] = ROW.exec(line) ?? [];
    if (quoted === undefined && plain === undefined) return undefined;
    paths.add(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return paths;
}
