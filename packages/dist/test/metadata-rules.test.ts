// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldFindings } from '../src/field-findings.ts';
import { readRawMetadata } from '../src/core-metadata.ts';
import { classifierStanding } from '../src/rules/classifier.ts';
import { contentTypeFlaw } from '../src/rules/content-type.ts';
import { emailFieldFlaw } from '../src/rules/email-address.ts';
import { importNameFlaw } from '../src/rules/import-name.ts';
import { licenseExpressionFlaw } from '../src/rules/license-expression.ts';
import { readRequirement } from '../src/rules/requirement.ts';
import { specifierFlaw } from '../src/rules/specifier.ts';
import { webAddressFlaw } from '../src/rules/web-address.ts';

/** A rule, texts that it lets pass, and texts that it does not. */
const RULES: readonly [
  name: string,
  flawOf: (text: string) => string | undefined,
  fine: readonly string[],
  flawed: readonly string[],
][] = [
  [
    'requirement',
    (text) => readRequirement(text).flaw,
    [
      'a',
      ' a ',
      'A.b-c_1',
      'a>=1,<2',
      'a (>=1, <2)',
      'a[x, y] ~= 1.0 ; python_version<"3.9" and (extra == \'x\' or os.name != "nt")',
      'a; "linux" in sys_platform',
      'a; sys_platform not in "win32"',
      'a==1.*',
      'a===whatever!',
      'a @ https://a.test/b.whl',
      'a @ https://a.test/b.whl ; python_version > "3"',
      'a[]',
      'a>1,',
      'a_>1',
      'a;python_version in "3.8, 3.9"',
    ],
    [
      '',
      '-a',
      'a-',
      'a b',
      'a>=',
      'a>=dog',
      'a>=1.*',
      'a~=1',
      'a>1+local',
      'a[x',
      'a[x y]',
      'a[,]',
      'a (>1',
      'a;',
      'a; python_version',
      'a; python_versions > "3"',
      'a; python_version > 3',
      'a; python_version > "3',
      'a; (python_version > "3"',
      'a; python_version > "3" and',
      'a @',
      'a===*,(==1',
      'a @ https://a.test;x y',
      `a; ${'('.repeat(5000)}`,
    ],
  ],
  [
    'version specifier',
    specifierFlaw,
    ['', '>=3.8', ' >= 3.8 , != 3.9.* ', '~=3.8', '===x', '<4,', '>=3.8.0rc1', '== 1.0+a.b'],
    ['3.8', '>=3.8.*', '~=3', '>=3.8 <4', '>=3.8;', '=>3.8', '>=three'],
  ],
  [
    'license expression',
    licenseExpressionFlaw,
    [
      'MIT',
      'mit',
      'Apache-2.0 OR (BSD-3-Clause and MIT)',
      'GPL-2.0+ WITH Classpath-exception-2.0',
      'LicenseRef-Proprietary.1',
      '(MIT)',
    ],
    [
      '',
      'Apache 2.0',
      'MIT License',
      'MIT/Apache-2.0',
      'MIT OR',
      'MIT AND OR MIT',
      '(MIT',
      'MIT)',
      '()',
      'MIT WITH Apache-2.0',
      'Classpath-exception-2.0',
      'MIT MIT',
      '(MIT) WITH Classpath-exception-2.0',
      'LicenseRef-a_b',
      'LicenseRef-',
    ],
  ],
  [
    'content type',
    contentTypeFlaw,
    [
      'text/plain',
      'Text/X-RST ; charset=UTF-8',
      'text/markdown;variant="GFM";charset="UTF-8"',
      'text/plain;',
      'text/plain; charset = UTF-8',
    ],
    [
      'text/html',
      '',
      'markdown',
      'text/plain; charset=latin-1',
      'text/plain; charset=utf8',
      'text/plain; charset=utf-8',
      'text/markdown; variant=Pandoc',
      'text/markdown; variant=gfm',
      'text/markdown; variant',
      'text/markdown; variant=',
      'text/plain;;',
      'text/plain; charset=UTF-8; charset=UTF-8',
      'text/plain, text/x-rst',
      'text/plain (a)',
    ],
  ],
  [
    'web address',
    webAddressFlaw,
    [
      'https://a.test',
      'HTTP://A.test/x?y#z',
      'https://a.test:8080/a b/ü',
      'https://user@a.test/',
      'https://[::1]:80/',
      'https://127.0.0.1',
    ],
    ['a.test', 'ftp://a.test', 'irc://a.test', '//a.test', 'https://a.test:99999', 'https://a.test/b[c]', ''],
  ],
  [
    'e-mail field',
    emailFieldFlaw,
    [
      'a@b.example.com',
      'Name <a.b+c@example.com>',
      '"Last, First" <a@example.com>',
      'Name <>',
      'a@example.com, b@example.com',
      'a@bücher.example',
      'Name (x) <a@example.com>',
      "o'hara@example.com",
      'a b@example.com',
      'Name <a @example.com>',
    ],
    [
      'Name',
      'Name <test>',
      'a@localhost',
      'a@x.test',
      'a@example.c0m1',
      'a..b@example.com',
      '.a@example.com',
      'a@-b.com',
      `${'a'.repeat(65)}@example.com`,
      'a@b@',
    ],
  ],
  [
    'import name',
    importNameFlaw,
    ['a', 'a.b_c', '_a; private', 'é'],
    ['', 'a-b', 'a.', '1a', 'import', 'a.class', 'a; public', 'a;'],
  ],
];

describe.each(RULES)('%s', (_name, flawOf, fine, flawed) => {
  it.each(fine)('lets %j pass', (text) => {
    expect(flawOf(text)).toBeUndefined();
  });
  it.each(flawed)('does not let %j pass', (text) => {
    expect(flawOf(text)).toEqual(expect.any(String));
  });
  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['string', 'undefined']).toContain(typeof flawOf(text));
      }),
    );
  });
});

describe('readRequirement', () => {
  it('tells where it stopped', () => {
    expect(readRequirement('a>=1 b').flaw).toBe('character 6: a comma, a semicolon or the end expected');
  });

  it('tells a URL from versions', () => {
    expect(readRequirement('a @ https://a.test').direct).toBe(true);
    expect(readRequirement('a; extra == "@"').direct).toBe(false);
  });
});

describe('classifierStanding', () => {
  it.each([
    ['Typing :: Typed', 'known'],
    ['Programming Language :: Python :: 3', 'known'],
    ['Natural Language :: Ukranian', 'deprecated'],
    ['Private :: Do Not Upload', 'private'],
    ['Programming Language :: Python :: 3.99', 'newer'],
    ['Framework :: Django :: 17.2', 'newer'],
    ['Framework :: Nobody :: 17', 'unknown'],
    ['Typing :: typed', 'unknown'],
    ['Typing', 'unknown'],
    ['Typing :: Stubs Only|Typed', 'unknown'],
    ['constructor :: Object', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (classifier, kind) => {
    expect(classifierStanding(classifier).kind).toBe(kind);
  });

  it('says which classifier was meant, and which stands in for one that is gone', () => {
    expect(classifierStanding('typing::typed')).toMatchObject({ meant: 'Typing :: Typed' });
    expect(classifierStanding('Natural Language :: Ukranian')).toMatchObject({
      instead: ['Natural Language :: Ukrainian'],
    });
  });
});

describe('hostile metadata', () => {
  it('is judged in short time', () => {
    const classifiers = Array.from({ length: 20_000 }, (_, at) => `Classifier: A :: ${at}.x\n`).join('');
    const license = `License-Expression: ${'MIT OR '.repeat(100_000)}MIT\n`;
    const text = `Metadata-Version: 2.4\nName: a\nVersion: 1\n${license}${classifiers}`;
    const start = performance.now();
    expect(fieldFindings(readRawMetadata(Buffer.from(text)))).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('fieldFindings', () => {
  const HEAD = 'Metadata-Version: 2.5\nName: foo\nVersion: 1.0\n';
  const codesOf = (lines: string) =>
    fieldFindings(readRawMetadata(Buffer.from(`${HEAD}${lines}\n`))).map(
      ({ severity, code }) => `${severity} ${code}`,
    );

  it.each([
    ['Author-email: nobody', 'error email-address'],
    ['Maintainer-email: a@b', 'error email-address'],
    ['Home-page: example.com', 'error web-address'],
    ['Download-URL: ftp://example.com', 'error web-address'],
    ['Project-URL: Home, example.com', 'error project-url'],
    ['Project-URL: A, https://a.test\nProject-URL: A, https://b.test', 'error project-url'],
    ['Classifier: Nothing :: Known', 'error classifier-unknown'],
    ['Classifier: Private :: Mine', 'error classifier-private'],
    ['Classifier: Natural Language :: Ukranian', 'error classifier-deprecated'],
    ['Classifier: Programming Language :: Python :: 3.99', 'warning classifier-newer'],
    [
      'License-Expression: MIT\nClassifier: License :: OSI Approved :: MIT License',
      'warning license-classifier',
    ],
    ['License-Expression: Apache 2', 'error license-expression'],
    ['License-File: ./LICENSE', 'error license-file-path'],
    ['Requires-Dist: a b', 'error requirement'],
    ['Provides-Dist: a>=dog', 'error requirement'],
    ['Obsoletes-Dist: a @ https://a.test', 'error direct-requirement'],
    ['Requires-Dist: a @ https://a.test', 'error direct-requirement'],
    ['Requires-Python: 3.8', 'error requires-python'],
    ['Provides-Extra: a b', 'error extra-name'],
    ['Import-Name: a-b', 'error import-name'],
    ['Import-Namespace:  ', 'error import-name'],
  ])('finds in %j: %s', (lines, code) => {
    expect(codesOf(lines)).toEqual([code]);
  });

  it.each([
    'Import-Name:',
    'Requires-Python: >=3.8\nProvides-Extra: a.b\nRequires-Dist: a; extra == "a.b"',
    'Project-URL: A, https://a.test\nProject-URL: B, https://a.test\nKeywords: a,b c',
    'License-Expression: MIT\nLicense-File: a/LICENSE',
  ])('has nothing against %j', (lines) => {
    expect(codesOf(lines)).toEqual([]);
  });
});
