// SPDX-License-Identifier: Apache-2.0
import { IndexError } from './index-error.ts';

/** Sections of a configuration file, with their options by lower-case name. */
export type ConfigSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

// What Python takes for white space: more than a regular expression of JavaScript does, and without U+FEFF.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'gu');
const INDENT = new RegExp(`^[${SPACE}]*`, 'u');
const SECTION = /^\[(.+)\]/su;
const OPTION = new RegExp(`^(.*?)[${SPACE}]*[=:](.*)$`, 'su');
/** The section whose options count in every other one. */
const DEFAULTS = 'DEFAULT';

/** Where a reader of lines stands. */
interface Place {
  readonly section: string | undefined;
  readonly option: string | undefined;
  readonly indent: number;
}

/**
 * Reads a configuration file as Python's `configparser.RawConfigParser` does, whose grammar is what people's files are
 * written for: `=` and `:` both end a name; `;` and `#` begin a comment only where a line begins; a line that is indented
 * deeper than its option continues the value; names of options are lower-cased, those of sections are not. Nothing is
 * substituted. What `[DEFAULT]` says is in every section.
 * @throws IndexError ERR_PYPIRC for what Python refuses too: no section yet, something twice, a line without a delimiter.
 *   The message names a line by its number: it may hold a password
 */
export function parseConfigFile(text: string): ConfigSections {
  const sections = new Map<string, Map<string, string[]>>([[DEFAULTS, new Map()]]);
  let place: Place = { section: undefined, option: undefined, indent: 0 };
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries())
    place = readLine(line, index + 1, { place, sections });
  return joined(sections);
}

interface Reading {
  readonly place: Place;
  readonly sections: Map<string, Map<string, string[]>>;
}

function readLine(line: string, number: number, reading: Reading): Place {
  const { place } = reading;
  const text = stripped(line);
  const current = lines(reading);
  if (text.startsWith('#') || text.startsWith(';')) return place;
  if (text === '') {
    current?.push('');
    return place;
  }
  const indent = INDENT.exec(line)?.[0].length ?? 0;
  if (current !== undefined && indent > place.indent) {
    current.push(text);
    return place;
  }
  const section = SECTION.exec(text)?.[1];
  if (section !== undefined) return openSection(section, indent, { number, ...reading });
  return openOption(text, indent, { number, ...reading });
}

/** The lines of the value that may go on. */
function lines({ place: { section, option }, sections }: Reading): string[] | undefined {
  return section === undefined || option === undefined ? undefined : sections.get(section)?.get(option);
}

function openSection(name: string, indent: number, { sections, number }: Reading & Numbered): Place {
  // Only the defaults may be opened again.
  if (name !== DEFAULTS && sections.has(name))
    throw unreadable(number, 'opens a section for the second time');
  if (!sections.has(name)) sections.set(name, new Map());
  return { section: name, option: undefined, indent };
}

function openOption(text: string, indent: number, reading: Reading & Numbered): Place {
  const { place, sections, number } = reading;
  const { section } = place;
  if (section === undefined) throw unreadable(number, 'stands before the first section');
  const [, rawName = '', value = ''] = OPTION.exec(text) ?? [];
  const name = stripped(rawName).toLowerCase();
  if (name === '') throw unreadable(number, 'is neither a section, nor an option with its value');
  const options = sections.get(section);
  if (options?.has(name) === true) throw unreadable(number, 'gives an option for the second time');
  options?.set(name, [stripped(value)]);
  return { section, option: name, indent };
}

interface Numbered {
  readonly number: number;
}

function joined(sections: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): ConfigSections {
  const defaults = sections.get(DEFAULTS) ?? new Map<string, readonly string[]>();
  const own = [...sections].filter(([name]) => name !== DEFAULTS);
  return new Map(
    own.map(([name, options]) => [
      name,
      new Map([...defaults, ...options].map(([option, value]) => [option, strippedEnd(value.join('\n'))])),
    ]),
  );
}

function stripped(text: string): string {
  return text.replace(EDGES, '');
}

function strippedEnd(text: string): string {
  return stripped(`x${text}`).slice(1);
}

function unreadable(number: number, what: string): IndexError {
  return new IndexError('ERR_PYPIRC', `line ${number} ${what}`, { details: { line: number } });
}
