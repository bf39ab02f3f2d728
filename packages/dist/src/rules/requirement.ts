// SPDX-License-Identifier: Apache-2.0
import { readMarker } from './marker.ts';
import { Scanner } from './scanner.ts';
import { SPECIFIER_SOURCE, specifierFlaw } from './specifier.ts';

/** What was found in a requirement: whether it names a URL, and what is wrong with it, if anything is. */
export interface RequirementReading {
  readonly direct: boolean;
  readonly flaw: string | undefined;
}

const SPACE = /[ \t]*/y;
const IDENTIFIER = /[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?(?![\p{L}\p{N}_])/uy;
const SPECIFIER = new RegExp(SPECIFIER_SOURCE, 'iy');
const URL = /[^ \t]+/y;
const END = /$/y;
const [OPEN, CLOSE, OPEN_EXTRAS, CLOSE_EXTRAS] = [/\(/y, /\)/y, /\[/y, /\]/y];
const [COMMA, SEMICOLON, AT] = [/,/y, /;/y, /@/y];

/** Reads a requirement of Requires-Dist (PEP 508): name, extras, versions or a URL, marker. */
export function readRequirement(text: string): RequirementReading {
  const scanner = new Scanner(text);
  scanner.take(SPACE);
  if (scanner.take(IDENTIFIER) === undefined) {
    scanner.fail('the name of a project');
    return { direct: false, flaw: scanner.flaw };
  }
  const extras = readExtras(scanner);
  scanner.take(SPACE);
  const direct = extras && scanner.take(AT) !== undefined;
  const ok = extras && (direct ? readUrl(scanner) : readVersions(scanner)) && readCondition(scanner, direct);
  return { direct, flaw: ok ? undefined : scanner.flaw };
}

function readExtras(scanner: Scanner): boolean {
  scanner.take(SPACE);
  if (scanner.take(OPEN_EXTRAS) === undefined) return true;
  scanner.take(SPACE);
  if (scanner.take(IDENTIFIER) !== undefined)
    for (scanner.take(SPACE); scanner.take(COMMA) !== undefined; scanner.take(SPACE)) {
      scanner.take(SPACE);
      if (scanner.take(IDENTIFIER) === undefined) return scanner.fail('the name of an extra');
    }
  return scanner.take(CLOSE_EXTRAS) !== undefined || scanner.fail('a closing bracket');
}

function readUrl(scanner: Scanner): boolean {
  scanner.take(SPACE);
  return scanner.take(URL) !== undefined || scanner.fail('a URL');
}

function readVersions(scanner: Scanner): boolean {
  const enclosed = scanner.take(OPEN) !== undefined;
  scanner.take(SPACE);
  for (;;) {
    const clause = scanner.take(SPECIFIER);
    if (clause === undefined) break;
    // The clause === takes in commas; what stands between them is judged again by itself.
    if (specifierFlaw(clause) !== undefined) return scanner.fail('a version specifier');
    scanner.take(SPACE);
    if (scanner.take(COMMA) === undefined) break;
    scanner.take(SPACE);
  }
  scanner.take(SPACE);
  return !enclosed || scanner.take(CLOSE) !== undefined || scanner.fail('a closing parenthesis');
}

// A URL takes in everything up to a blank, so that only after one can a marker begin.
function readCondition(scanner: Scanner, afterUrl: boolean): boolean {
  const blank = scanner.take(SPACE) ?? '';
  if (scanner.take(END) !== undefined) return true;
  if ((afterUrl && blank === '') || scanner.take(SEMICOLON) === undefined)
    return scanner.fail('a comma, a semicolon or the end');
  if (!readMarker(scanner)) return false;
  return scanner.take(END) !== undefined || scanner.fail('the end');
}
