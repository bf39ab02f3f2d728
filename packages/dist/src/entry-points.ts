// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, quote } from '@colophon/base';
import { error, warning, type Finding } from './finding.ts';

const SECTION = /^\[([^\]]+)\]/;
const ENTRY = /^([^=]*?)\s*=\s*(.*?)\s*$/;
/** Groups of which installers make programs: their names become file names. */
const SCRIPTS = new Set(['console_scripts', 'gui_scripts']);
const SCRIPT_NAME = /^[\p{L}\p{N}_.-]+$/u;
/** `package.module:object.attribute [extra]` (entry points specification). */
const REFERENCE = /^[\p{L}\p{N}_.]+\s*(?::\s*[\p{L}\p{N}_.]+\s*)?(?:\[[^\]]*\])?$/u;

/** What PyPI and installers mind in a wheel's entry_points.txt: an INI file of object references. */
export function entryPointFindings(bytes: Uint8Array): Finding[] {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    return [refused('it is not UTF-8')];
  }
  const reader = new EntryPointReader();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const finding = reader.read(line);
    if (finding?.severity === 'error') return [finding];
  }
  return reader.warnings;
}

class EntryPointReader {
  readonly warnings: Finding[] = [];
  readonly #seen: Set<string> = new Set();
  #section: string | undefined;
  #inEntry = false;

  read(line: string): Finding | undefined {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) return undefined;
    // What is indented goes on with the value above it.
    if (/^\s/.test(line) && this.#inEntry) return undefined;
    const section = SECTION.exec(line.trim())?.[1];
    return section === undefined ? this.#readEntry(line) : this.#enter(section);
  }

  #enter(section: string): Finding | undefined {
    [this.#section, this.#inEntry] = [section, false];
    return this.#isNew(section, '') ? undefined : refused(`group ${quote(section)} stands twice`);
  }

  #readEntry(line: string): Finding | undefined {
    const [, name = '', reference = ''] = ENTRY.exec(line.trim()) ?? [];
    if (this.#section === undefined || name === '')
      return refused(`line ${quote(line)} is neither [group] nor name = object`);
    this.#inEntry = true;
    if (!this.#isNew(this.#section, name)) return refused(`line ${quote(line)} repeats a name`);
    if (SCRIPTS.has(this.#section) && !SCRIPT_NAME.test(name))
      return refused(`${quote(name)} cannot be the name of a program`);
    if (!REFERENCE.test(reference))
      this.warnings.push(
        warning(
          'entry-point-reference',
          `entry_points.txt: ${quote(reference)} does not name an object of Python`,
        ),
      );
    return undefined;
  }

  #isNew(section: string, name: string): boolean {
    const before = this.#seen.size;
    return this.#seen.add(`${section}\n${name}`).size > before;
  }
}

function refused(flaw: string): Finding {
  return error('entry-points', `entry_points.txt: ${flaw}`);
}
