// SPDX-License-Identifier: Apache-2.0
import {
  DIGEST,
  FILENAME,
  PUBLISH,
  SLSA,
  STATEMENT_TYPE,
  statement,
  statementAbout,
} from '../forge/facts.ts';
import { sha256 } from '../forge/attestation.ts';
import { casesOf, type ForgedCase } from './case.ts';

const SUBJECT = { name: FILENAME, digest: { sha256: DIGEST } };
const about = (digest: unknown): string => statementAbout({ digest });
/** A predicate that holds a text which JSON.stringify would not write. */
const holding = (text: string): string => statement({ predicate: { a: '@' } }).replace('"@"', () => text);
const nested = (depth: number): string => holding('['.repeat(depth) + ']'.repeat(depth));
const withBytes = (bytes: readonly number[]): Uint8Array => {
  const [before = '', after = ''] = holding('"@"').split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

/** Statements that are signed and logged like a good one. */
const STATEMENTS: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  'statement: type': {
    'of another version': statement({ _type: 'https://in-toto.io/Statement/v0.1' }),
    absent: statement({ _type: undefined }),
    null: statement({ _type: null }),
    'under the name of a field in Python': JSON.stringify({
      type_: STATEMENT_TYPE,
      subject: [SUBJECT],
      predicateType: PUBLISH,
    }),
  },
  'statement: predicate type': {
    'SLSA provenance': statement({ predicateType: SLSA }),
    'SLSA provenance, older': statement({ predicateType: 'https://slsa.dev/provenance/v0.2' }),
    'with a slash at its end': statement({ predicateType: `${PUBLISH}/` }),
    null: statement({ predicateType: null }),
    absent: statement({ predicateType: undefined }),
  },
  'statement: predicate': {
    'an empty object': statement({ predicate: {} }),
    'an object': statement({ predicate: { a: [1, 2, { b: null }] } }),
    'a list': statement({ predicate: [] }),
    'a text': statement({ predicate: 'x' }),
    'a number': statement({ predicate: 0 }),
    'a boolean': statement({ predicate: false }),
    absent: statement({ predicate: undefined }),
  },
  'statement: subject': {
    two: statement({ subject: [SUBJECT, SUBJECT] }),
    none: statement({ subject: [] }),
    'not in a list': statement({ subject: SUBJECT }),
    null: statement({ subject: null }),
    empty: statement({ subject: [{}] }),
    'under another key': JSON.stringify({
      _type: STATEMENT_TYPE,
      subjects: [SUBJECT],
      predicateType: PUBLISH,
    }),
    'no name': statementAbout({ name: undefined }),
    'name null': statementAbout({ name: null }),
    'name empty': statementAbout({ name: '' }),
    'name a number': statementAbout({ name: 1 }),
    'further keys': statement({ extra: 1, subject: [{ ...SUBJECT, uri: 'x', annotations: {} }] }),
  },
  'statement: digest': {
    'upper case': about({ sha256: DIGEST.toUpperCase() }),
    absent: statementAbout({ digest: undefined }),
    none: about({}),
    null: about(null),
    'SHA-512 only': about({ sha512: 'x' }),
    'SHA-512 too': about({ sha256: DIGEST, sha512: 'x' }),
    'MD5 too': about({ sha256: DIGEST, md5: 'x' }),
    'a commit too': about({ sha256: DIGEST, gitCommit: 'x' }),
    'a number beside it': about({ sha256: DIGEST, sha512: 1 }),
    'null beside it': about({ sha256: DIGEST, sha384: null }),
    'a space at its end': about({ sha256: `${DIGEST} ` }),
    'of other bytes': about({ sha256: sha256('other bytes') }),
    'under another key': about({ SHA256: DIGEST }),
  },
  'statement: JSON': {
    'a key twice, the last one good': statement().replace('{', '{"predicateType":"x",'),
    'a key twice, the last one bad': statement().replace(/\}$/, ',"predicateType":"x"}'),
    'white space around it': `  ${statement()}\n\n`,
    'a byte order mark': `\ufeff${statement()}`,
    'a zero byte after it': `${statement()}\0`,
    'a letter after it': `${statement()}x`,
    nothing: '',
    'a list of it': `[${statement()}]`,
    'null for it': 'null',
    'a text of it': JSON.stringify(statement()),
    'a comment': statement().replace('{', '{/* x */'),
    'single quotes': statement().replaceAll('"', "'"),
    'a comma too many': statement().replace(/\}$/, ',}'),
    'in UTF-16': Buffer.from(statement(), 'utf16le'),
    'slashes escaped': statement().replaceAll('/', '\\/'),
    'a key named __proto__': statement().replace('{', '{"__proto__":{"predicateType":"x"},'),
  },
  'statement: JSON numbers': {
    NaN: holding('NaN'),
    Infinity: holding('Infinity'),
    '1e400': holding('1e400'),
    '500 digits': holding('1'.repeat(500)),
    '5000 digits': holding('1'.repeat(5000)),
    'minus zero': holding('-0'),
    'a zero before it': holding('01'),
    'a dot after it': holding('1.'),
  },
  'statement: JSON texts': {
    'half a pair': holding('"\\ud800"'),
    'the other half': holding('"\\udc00"'),
    'a whole pair': holding('"\\ud83d\\ude00"'),
    'a control character': holding('"\u0001"'),
    'a bad byte': withBytes([0xff]),
    'an overlong zero': withBytes([0xc0, 0x80]),
    'a surrogate in UTF-8': withBytes([0xed, 0xa0, 0x80]),
  },
  'statement: JSON depth': { '50': nested(50), '150': nested(150), '300': nested(300) },
};

const NAMES = [
  'demo-1.0.0-py3-none-any.whl',
  'Demo-1.0-py3-none-any.whl',
  'demo-1.0-PY3-none-any.whl',
  'demo-1.0-py3-none-any.WHL',
  'demo-1.0-py3-none-any.whl ',
  ' demo-1.0-py3-none-any.whl',
  'demo-1.0-py3-none-any.whl\n',
  'demo-1.0-py2.py3-none-any.whl',
  'demo-1.0-py3.py3-none-any.whl',
  'demo-1.0-1-py3-none-any.whl',
  'demo-1.0.tar.gz',
  'demo- 1.0-py3-none-any.whl',
  'demo-v1.0-py3-none-any.whl',
  'demo-1.0-py3-none-any',
  './demo-1.0-py3-none-any.whl',
  'demo-1.0+a-py3-none-any.whl',
  'demo-0!1.0-py3-none-any.whl',
  'demo-01.0-py3-none-any.whl',
  'd\u00e9mo-1.0-py3-none-any.whl',
  'demo-\u0661.0-py3-none-any.whl',
  '_demo-1.0-py3-none-any.whl',
  'demo-1.0-py3-none-any.whl.whl',
  'demo-1.0-py3--any.whl',
];

const PAIRS: readonly (readonly [file: string, subject: string])[] = [
  ['foo-1.0.tar.gz', 'foo-1.0.zip'],
  ['foo_bar-1.0b1.tar.gz', 'foo-bar-1.0.beta.1.tar.gz'],
  ['foo-1.0.tar.gz', 'foo-1.0-1.tar.gz'],
  ['foo-1.0.tar.gz', 'foo-1.0.TAR.GZ'],
  ['foo-1.0.post1.tar.gz', 'foo-1.0-r1.tar.gz'],
  ['a.b-1.tar.gz', 'a-b-1.0.0.tar.gz'],
  ['k-1.tar.gz', '\u212a-1.tar.gz'],
  ['foo-1.0.dev0.tar.gz', 'foo-1.0.dev.tar.gz'],
  ['foo-1.0rc1.tar.gz', 'foo-1.0c1.tar.gz'],
  ['foo-1.0+l.1.tar.gz', 'foo-1.0+L_01.tar.gz'],
  ['a-1-1x-py3-none-any.whl', 'a-1-01x-py3-none-any.whl'],
  ['a-1-py3-none-m1.m2.whl', 'a-1-py3-none-m2.m1.m1.whl'],
  ['a__b-1.tar.gz', 'a-b-1.tar.gz'],
];

/** Plain ASCII, in quotes. */
function shown(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function nameCases(): ForgedCase[] {
  const names = NAMES.map((name) => [shown(name), { statement: statementAbout({ name }) }] as const);
  const pairs = PAIRS.map(([filename, name]) => ({
    kind: 'statement: equal names',
    name: `${filename} and ${shown(name)}`,
    shape: { statement: statementAbout({ name }) },
    filename,
  }));
  return [...casesOf('statement: name', Object.fromEntries(names)), ...pairs];
}

export function statementCases(): ForgedCase[] {
  const statements = Object.entries(STATEMENTS).flatMap(([kind, texts]) =>
    Object.entries(texts).map(([name, text]) => ({ kind, name, shape: { statement: text } })),
  );
  return [
    ...statements,
    ...nameCases(),
    ...casesOf('payload type', {
      JSON: { payloadType: 'application/json' },
      'upper case': { payloadType: 'application/VND.in-toto+json' },
    }),
  ];
}
