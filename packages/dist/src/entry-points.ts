// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, quote } from '@colophon/base';
import { error, warning, type Finding } from './finding.ts';

const SECTION = /^\[([^\]]+)\]/;
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
  readonly #groups: Set<string> = new Set();
  /** Of the group that is read. */
  readonly #names: Set<string> = new Set();
  #strange: { readonly first: string; more: number } | undefined;
  #section: string | undefined;
  #inEntry = false;

  get warnings(): Finding[] {
    if (this.#strange === undefined) return [];
    const { first, more: count } = this.#strange;
    const more = count > 0 ? `, nor do ${count} more` : '';
    return [
      warning('entry-point-reference', `entry_points.txt: ${first} does not name an object of Python${more}`),
    ];
  }

  read(line: string): Finding | undefined {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) return undefined;
    // What is indented goes on with the value above it.
    if (/^\s/.test(line) && this.#inEntry) return undefined;
    const section = SECTION.exec(line.trim())?.[1];
    return section === undefined ? this.#readEntry(line) : this.#enter(section);
  }

  #enter(section: string): Finding | undefined {
    [this.#section, this.#inEntry] = [section, false];
    this.#names.clear();
    return isNew(this.#groups, section) ? undefined : refused(`group ${quote(section)} stands twice`);
  }

  #readEntry(line: string): Finding | undefined {
    const equals = line.indexOf('=');
    const [name, reference] = [line.slice(0, Math.max(equals, 0)).trim(), line.slice(equals + 1).trim()];
    if (this.#section === undefined || name === '')
      return refused(`line ${quote(line)} is neither [group] nor name = object`);
    this.#inEntry = true;
    if (!isNew(this.#names, name)) return refused(`line ${quote(line)} repeats a name`);
    if (SCRIPTS.has(this.#section) && !SCRIPT_NAME.test(name))
      return refused(`${quote(name)} cannot be the name of a program`);
    if (REFERENCE.test(reference)) return undefined;
    if (this.#strange === undefined) this.#strange = { first: quote(reference), more: 0 };
    else this.#strange.more += 1;
    return undefined;
  }
}

function isNew(seen: Set<string>, name: string): boolean {
  const before = seen.size;
  return seen.add(name).size > before;
}

function refused(flaw: string): Finding {
  return error('entry-points', `entry_points.txt: ${flaw}`);
}
