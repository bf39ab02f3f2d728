// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';

const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** What is wrong with an Import-Name or Import-Namespace (PEP 794), if anything is: a dotted name, maybe `; private`. */
export function importNameFlaw(value: string): string | undefined {
  const [name = '', ...options] = value.split(';');
  for (const part of name.trimEnd().split('.'))
    if (!IDENTIFIER.test(part) || KEYWORDS.has(part)) return `${quote(part)} is not an identifier of Python`;
  const option = options.join(';').trimStart();
  return options.length === 0 || option === 'private' ? undefined : 'only "private" may follow the semicolon';
}
