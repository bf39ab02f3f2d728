// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { LICENSE_EXCEPTIONS, LICENSES } from '../registers/spdx-licenses.ts';

const KEYWORDS = new Set(['and', 'or', 'with', '(', ')']);
const LICENSE_REF = /^licenseref-[a-z0-9.-]+$/;

/**
 * What is wrong with a License-Expression (PEP 639), if anything is: an SPDX expression of registered names and
 * `LicenseRef-` ones, names and operators in any case.
 */
export function licenseExpressionFlaw(text: string): string | undefined {
  const tokens = text
    .replaceAll(/[()]/g, ' $& ')
    .toLowerCase()
    .split(/\s+/)
    .filter((token) => token !== '');
  const unknown = tokens.findIndex(
    (token, at) => !KEYWORDS.has(token) && !isKnown(token, tokens[at - 1] === 'with'),
  );
  if (unknown >= 0)
    return `${quote(tokens[unknown] ?? '')} is ${tokens[unknown - 1] === 'with' ? 'no license exception' : 'no license identifier'} of SPDX`;
  return isWellFormed(tokens)
    ? undefined
    : 'it is not an expression of licenses, AND, OR, WITH and parentheses';
}

function isKnown(token: string, exception: boolean): boolean {
  if (exception) return isListed(LICENSE_EXCEPTIONS, token);
  return LICENSE_REF.test(token) || isListed(LICENSES, token.endsWith('+') ? token.slice(0, -1) : token);
}

const sets = new Map<string, ReadonlySet<string>>();

// Made once for each list: a hostile expression may have millions of names.
function isListed(names: string, token: string): boolean {
  const known = sets.get(names) ?? new Set(names.toLowerCase().split(' '));
  sets.set(names, known);
  return known.has(token);
}

// One pass with a counter is the whole grammar: operands and operators must alternate, parentheses must pair.
function isWellFormed(tokens: readonly string[]): boolean {
  let depth = 0;
  let wantsOperand = true;
  for (const [at, token] of tokens.entries()) {
    if (token === '(') {
      if (!wantsOperand || tokens[at - 1] === 'with') return false;
      depth += 1;
    } else if (token === ')') {
      if (wantsOperand || depth === 0) return false;
      depth -= 1;
    } else if (KEYWORDS.has(token)) {
      if (wantsOperand || (token === 'with' && !isSimple(tokens, at - 1))) return false;
      wantsOperand = true;
    } else {
      if (!wantsOperand) return false;
      wantsOperand = false;
    }
  }
  return depth === 0 && !wantsOperand;
}

// Only a license takes an exception, and only one.
function isSimple(tokens: readonly string[], at: number): boolean {
  return tokens[at] !== ')' && tokens[at - 1] !== 'with';
}
