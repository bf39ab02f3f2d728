// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseCoreMetadata } from '../src/core-metadata.ts';
import { descriptionFindings } from '../src/description-findings.ts';
import { entryPointFindings } from '../src/entry-points.ts';
import { emailFieldFlaw } from '../src/rules/email-address.ts';
import { recordRows } from '../src/wheel-record.ts';

/** What takes time by the square of it takes minutes. */
const LONG = 1_000_000;
const bytes = (text: string) => Buffer.from(text);
const codes = (text: string) => entryPointFindings(bytes(text)).map(({ code }) => code);

describe('a text that was made to take long', () => {
  it.each([
    ['an escape in a quote', `"${'\\"'.repeat(LONG)}`],
    ['an escape in a comment', `(${'\\('.repeat(LONG)}`],
    ['an opening bracket', '('.repeat(LONG)],
  ])('is read at once as an address: %s', (_title, text) => {
    expect(emailFieldFlaw(text)).toBeUndefined();
  });

  it.each([
    ['blanks in a name', `[a]\na${' '.repeat(LONG)}b`, ['entry-points']],
    ['blanks in a value', `[a]\na = x${' '.repeat(LONG)}y`, ['entry-point-reference']],
    [
      'a long group of many names',
      `[${'a'.repeat(LONG)}]\n${Array.from({ length: LONG / 10 }, (_, at) => `${at} = x`).join('\n')}`,
      [],
    ],
    [
      'many values that name nothing',
      `[a]\n${Array.from({ length: LONG / 10 }, (_, at) => `${at} = !`).join('\n')}`,
      ['entry-point-reference'],
    ],
  ])('is read at once as entry points: %s', (_title, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it.each([
    ['an endless cell', `"${'a'.repeat(12 * LONG)}`],
    ['endless columns', ','.repeat(12 * LONG)],
    ['endless rows', 'a\n'.repeat(6 * LONG)],
  ])('is no RECORD: %s', (_title, text) => {
    expect(recordRows(bytes(text))).toBeUndefined();
  });

  it.each(['Requires-Dist: a ==1', 'Author-email: (', 'Classifier: Topic :: 1'])(
    'is no metadata: %s',
    (line) => {
      const text = `Metadata-Version: 2.1\nName: a\nVersion: 1\n${line}${'.1'.repeat(LONG)}\n`;
      expect(() => parseCoreMetadata(bytes(text))).toThrow(
        expect.objectContaining({ code: 'ERR_DIST_METADATA' }),
      );
    },
  );

  it('is not judged as Markdown where a renderer does not come to its end', async () => {
    const text = `Description-Content-Type: text/markdown\n\n${'> '.repeat(20_000)}`;
    const { fields } = parseCoreMetadata(bytes(`Metadata-Version: 2.1\nName: a\nVersion: 1\n${text}`));
    const findings = await descriptionFindings({ fields, unknown: [] }, () => expect.unreachable());
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'unjudged', code: 'description-not-judged' }),
    ]);
  });
});
