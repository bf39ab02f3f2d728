// SPDX-License-Identifier: Apache-2.0
import type { Scanner } from './scanner.ts';

const SPACE = /[ \t]*/y;
const VARIABLE =
  /\b(?:python_version|python_full_version|os[._]name|sys[._]platform|platform_(?:release|system)|platform[._](?:version|machine|python_implementation)|python_implementation|implementation_(?:name|version)|extras?|dependency_groups)\b/y;
const STRING = /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y;
const OPERATOR = /===|==|~=|!=|<=|>=|<|>|\bin\b|\bnot[ \t]+in\b/y;
const CONJUNCTION = /\b(?:or|and)\b/y;
const OPEN = /\(/y;
const CLOSE = /\)/y;

/** Deeper parentheses are nobody's; without a bound they would exhaust the stack. */
const MAX_DEPTH = 100;

/** Reads an environment marker (PEP 508) as far as it goes; false, and a flaw in the scanner, where it is none. */
export function readMarker(scanner: Scanner, depth = 0): boolean {
  do if (!readAtom(scanner, depth)) return false;
  while (scanner.take(CONJUNCTION) !== undefined);
  return true;
}

function readAtom(scanner: Scanner, depth: number): boolean {
  scanner.take(SPACE);
  if (scanner.take(OPEN) === undefined) return readComparison(scanner);
  if (depth >= MAX_DEPTH) return scanner.fail('fewer parentheses');
  if (!readMarker(scanner, depth + 1)) return false;
  if (scanner.take(CLOSE) === undefined) return scanner.fail('a closing parenthesis');
  scanner.take(SPACE);
  return true;
}

function readComparison(scanner: Scanner): boolean {
  if (!readOperand(scanner)) return false;
  if (scanner.take(OPERATOR) === undefined) return scanner.fail('a comparison');
  scanner.take(SPACE);
  return readOperand(scanner);
}

function readOperand(scanner: Scanner): boolean {
  if (scanner.take(VARIABLE) === undefined && scanner.take(STRING) === undefined)
    return scanner.fail('an environment variable of markers or a quoted text');
  scanner.take(SPACE);
  return true;
}
