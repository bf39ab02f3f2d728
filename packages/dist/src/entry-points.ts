// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { quote } from './dist-error.ts';

const SECTION = /^\[([^\]]+)\]\s*$/;
const ENTRY = /^([^=]+?)\s*=\s*(.*?)\s*$/;
/** `package.module:object.attribute [extra]` (entry points specification). */
const REFERENCE = /^[\p{L}\p{N}_.]+\s*(?::\s*[\p{L}\p{N}_.]+\s*)?(?:\[[^\]]*\])?$/u;

/** What is wrong with a wheel's entry_points.txt, if anything is: an INI file of object references. */
export function entryPointsFlaw(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    return 'it is not UTF-8';
  }
  const seen = new Set<string>();
  let section: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue;
    section = SECTION.exec(line)?.[1] ?? section;
    const name = SECTION.test(line) ? '' : entryName(line);
    if (section === undefined || name === undefined)
      return `line ${quote(line)} is neither [group] nor name = object`;
    const key = `${section}\n${name}`;
    if (seen.has(key)) return `line ${quote(line)} repeats a name`;
    seen.add(key);
  }
  return undefined;
}

function entryName(line: string): string | undefined {
  const [, name, reference = ''] = ENTRY.exec(line) ?? [];
  return REFERENCE.test(reference) ? name : undefined;
}
