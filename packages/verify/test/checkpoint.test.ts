// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../src/checkpoint.ts';
import { VerificationError } from '../src/index.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const ROOT = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const LINE = '\u2014 log.example AAAAAAA=\n';
const GOOD = `log.example\n12\n${ROOT}\n\n${LINE}`;

describe('parseCheckpoint', () => {
  it('reads origin, size, root and signatures', () => {
    expect(parseCheckpoint(GOOD)).toMatchObject({
      origin: 'log.example',
      treeSize: 12n,
      text: `log.example\n12\n${ROOT}\n`,
      signatures: [{ name: 'log.example' }],
    });
  });

  it('takes further lines and signatures of others', () => {
    const note = `log.example - 7\n0\n${ROOT}\nTimestamp: 1\n\n${LINE}${LINE.replace('log', 'witness')}`;
    expect(parseCheckpoint(note).signatures.map(({ name }) => name)).toEqual([
      'log.example',
      'witness.example',
    ]);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no blank line', GOOD.replace('\n\n', '\n')],
    ['no last line end', GOOD.slice(0, -1)],
    ['no signature', GOOD.replace(LINE, '')],
    ['an empty origin', GOOD.replace('log.example\n12', '\n12')],
    ['no size', `log.example\n${ROOT}\n\n${LINE}`],
    ['a size with a leading zero', GOOD.replace('12', '012')],
    ['a hexadecimal size', GOOD.replace('12', '0x12')],
    ['a negative size', GOOD.replace('12', '-12')],
    ['a size with a space', GOOD.replace('12', ' 12')],
    ['an empty further line', GOOD.replace('\n\n', '\n\nmore\n\n')],
    ['a root that is not of SHA-256', GOOD.replace(ROOT, 'AAAA')],
    ['a root that is not base64', GOOD.replace(ROOT, `${ROOT}!`)],
    ['text after the signatures', `${GOOD}more\n`],
    ['a hyphen for the dash', GOOD.replace('\u2014', '-')],
    ['a plus sign in a name', GOOD.replace('\u2014 log', '\u2014 l+g')],
    ['two spaces', GOOD.replace('\u2014 ', '\u2014  ')],
    ['a signature that is not base64', GOOD.replace('AAAAAAA=', 'AAAAAAA')],
    ['a signature of four bytes', GOOD.replace('AAAAAAA=', 'AAAAAA==')],
    ['a carriage return', GOOD.replace('12\n', '12\r\n')],
    ['a NUL', GOOD.replace('log', 'l\0g')],
    ['half a character', GOOD.replace('log', '\ud800')],
    ['too many signatures', GOOD + LINE.repeat(200)],
  ])('refuses %s', (_title, envelope) => {
    expect(() => parseCheckpoint(envelope)).toThrowError(throwsCode('ERR_LOG_CHECKPOINT'));
  });

  it('lets no other error out, whatever the text', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('\n', '\n\n', LINE, ROOT, '12', '\u2014 '));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          parseCheckpoint(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(VerificationError);
        }
      }),
    );
  });
});
