// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDer, readDer, TAG } from '../src/der.ts';
import { EXTENSION, readExtensions } from '../src/extension.ts';
import { PkiError } from '../src/index.ts';
import { parseSctList } from '../src/sct-list.ts';
import { extension } from './certificate-builder.ts';

const vector = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
const one = Buffer.concat([
  Buffer.alloc(1 + 32 + 8),
  vector(Buffer.of(1, 2)),
  Buffer.of(4, 3),
  vector(Buffer.alloc(70)),
]);
const listOf = (...items: Uint8Array[]) =>
  encodeDer(TAG.octetString, vector(Buffer.concat(items.map(vector))));

function parse(value: Uint8Array) {
  const list = encodeDer(TAG.sequence, extension(EXTENSION.signedCertificateTimestamps, value));
  const found = readExtensions(readDer(list)).get(EXTENSION.signedCertificateTimestamps);
  if (found === undefined) throw new Error('the extension is there');
  return parseSctList(found);
}

describe('parseSctList', () => {
  it('reads each of a list', () => {
    expect(parse(listOf(one))).toMatchObject([{ version: 0, extensions: Buffer.of(1, 2) }]);
  });

  it.each([
    ['nothing in it', listOf()],
    ['bytes after it', encodeDer(TAG.octetString, vector(vector(one)), Buffer.of(0))],
    [
      'bytes after its last entry',
      encodeDer(TAG.octetString, vector(Buffer.concat([vector(one), Buffer.of(0)]))),
    ],
    ['bytes after an entry', listOf(Buffer.concat([one, Buffer.of(0)]))],
    ['one entry twice', listOf(one, one)],
  ])('refuses a list with %s', (_what, value) => {
    expect(() => parse(value)).toThrowError(expect.objectContaining({ code: 'ERR_SCT' }));
  });

  it('lets only ERR_SCT out, whatever the bytes', () => {
    const good = listOf(one);
    const spliced = fc
      .tuple(fc.nat(good.length), fc.nat(9), fc.uint8Array({ maxLength: 9 }))
      .map(([at, gone, put]) => Buffer.concat([good.subarray(0, at), put, good.subarray(at + gone)]));
    const items = fc.array(fc.uint8Array({ maxLength: 120 })).map((all) => listOf(...all));
    fc.assert(
      fc.property(fc.oneof(spliced, items, fc.uint8Array()), (bytes) => {
        try {
          parse(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PkiError);
          expect(error).toMatchObject({ code: 'ERR_SCT' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
