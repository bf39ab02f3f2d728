// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import fc from 'fast-check';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { encodeTimeStampRequest, processTimeStampAnswer, SignError } from '../src/index.ts';
import { granted, readQuery, rejected, type TimestampRecipe } from './support/toy-tsa.ts';
import { NOW } from './support/toy-token.ts';

const IMPRINT = new Uint8Array(32).fill(0xab);
const QUERY = { sha256: IMPRINT, nonce: 0xfedc_ba98_7654_3210n };
const RECIPE: TimestampRecipe = { imprint: IMPRINT, nonce: QUERY.nonce, time: NOW };

describe('encodeTimeStampRequest', () => {
  it('asks for a SHA-256 imprint with a nonce, and for the certificate', () => {
    expect(encodeHex(encodeTimeStampRequest(QUERY))).toBe(
      `30440201013031300d060960864801650304020105000420${'ab'.repeat(32)}020900fedcba98765432100101ff`,
    );
  });

  it('writes every nonce so that it is read back, in its shortest form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (nonce) => {
        const der = encodeTimeStampRequest({ ...QUERY, nonce });
        expect(readQuery(der)).toEqual({ imprint: IMPRINT, nonce });
        const [first = 0, second = 0] = der.subarray(der.lastIndexOf(0xff) - 2 - nonceLength(nonce));
        expect(first !== 0 || second >= 0x80 || nonce === 0n).toBe(true);
      }),
    );
  });
});

function nonceLength(nonce: bigint): number {
  return Math.floor(nonce.toString(2).length / 8) + 1;
}

describe('processTimeStampAnswer', () => {
  it('gives the response whole, and its time', () => {
    const der = granted(RECIPE);
    expect(processTimeStampAnswer(der, QUERY)).toEqual({ der, time: NOW });
  });

  it.each<[string, Partial<TimestampRecipe>, string]>([
    ['another nonce', { nonce: 1n }, 'ERR_TSA_TIMESTAMP'],
    ['no nonce', { nonce: undefined }, 'ERR_TSA_TIMESTAMP'],
    ['another imprint', { imprint: new Uint8Array(32) }, 'ERR_TSA_TIMESTAMP'],
    ['an imprint that was cut', { imprint: IMPRINT.subarray(1) }, 'ERR_TSA_TIMESTAMP'],
    ['another hash', { algorithm: '2.16.840.1.101.3.4.2.3' }, 'ERR_TSA_TIMESTAMP'],
    ['an unknown hash', { algorithm: '1.2.3' }, 'ERR_TSA_TIMESTAMP'],
    ['another version', { version: 2n }, 'ERR_TSA_ANSWER'],
    ['another content', { contentType: '1.2.840.113549.1.7.1' }, 'ERR_TSA_ANSWER'],
  ])('refuses a timestamp with %s', (_title, change, code) => {
    const der = granted({ ...RECIPE, ...change });
    expect(() => processTimeStampAnswer(der, QUERY)).toThrowError(expect.objectContaining({ code }));
  });

  it('says why none was granted, without control characters', () => {
    const der = rejected(2n, 'the clock \u001b[2J is wrong');
    expect(() => processTimeStampAnswer(der, QUERY, 'tsa.example')).toThrowError(
      expect.objectContaining({
        code: 'ERR_TSA_REFUSED',
        message: 'tsa.example grants no timestamp: status 2: the clock [2J is wrong',
      }),
    );
  });

  it('takes none that was granted with modifications', () => {
    expect(() => processTimeStampAnswer(rejected(1n, ''), QUERY)).toThrowError(
      expect.objectContaining({ code: 'ERR_TSA_REFUSED' }),
    );
  });

  it.each([
    ['nothing', ''],
    ['text', '68656c6c6f'],
    ['an empty sequence', '3000'],
    ['a status and no token', '30053003020100'],
    ['more after the end', `${encodeHex(granted(RECIPE))}00`],
    ['half of it', encodeHex(granted(RECIPE).subarray(0, 80))],
  ])('refuses %s', (_title, hex) => {
    expect(() => processTimeStampAnswer(decodeHex(hex), QUERY)).toThrowError(
      expect.objectContaining({ code: 'ERR_TSA_ANSWER' }),
    );
  });

  it('answers whatever is thrown at it, and every change of one byte, with its own error or the same time', () => {
    const good = granted(RECIPE);
    const changed = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ by;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (der) => {
        const outcome = errorOf(() => processTimeStampAnswer(der, QUERY));
        expect(outcome === undefined || outcome instanceof SignError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.runIf(haveVectors)('timestamps of public authorities', () => {
  it.each(['rekor2-happy-path', 'rekor2-dsse-happy-path', 'rekor2-timestamp-with-embedded-cert'])(
    '%s is read, and is no answer to a request of ours',
    (folder) => {
      const { content, timestamps } = parseBundle(
        readVectorText(`conformance/bundle-verify/${folder}/bundle.sigstore.json`),
      );
      const [der = new Uint8Array()] = timestamps;
      const query = { sha256: sha256(content.signature), nonce: 7n };
      expect(() => processTimeStampAnswer(der, query)).toThrowError(/for another request$/);
      expect(() => processTimeStampAnswer(der, QUERY)).toThrowError(/for other data$/);
    },
  );
});
