// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import { encodeDer, encodeOid, encodeSequence, encodeUnsigned, TAG } from '../../src/der-encoding.ts';
import { type LoopbackServer, startServer } from './loopback-server.ts';
import { childrenOf, contentOf } from './toy-fulcio.ts';
import { NOW } from './toy-token.ts';

const UTF8 = 0x0c;
const GENERALIZED_TIME = 0x18;
const SHA_256 = '2.16.840.1.101.3.4.2.1';

/** What a timestamp says; a test changes one thing at a time. */
export interface TimestampRecipe {
  readonly imprint: Uint8Array;
  readonly nonce: bigint | undefined;
  readonly time: Date;
  readonly algorithm?: string;
  readonly version?: bigint;
  readonly contentType?: string;
}

/** The imprint and the nonce of a TimeStampReq. */
export function readQuery(der: Uint8Array): { imprint: Uint8Array; nonce: bigint } {
  const [, imprint = new Uint8Array(), nonce = new Uint8Array()] = childrenOf(der);
  const [, digest = new Uint8Array()] = childrenOf(imprint);
  const hex = Buffer.from(contentOf(nonce)).toString('hex');
  return { imprint: contentOf(digest), nonce: BigInt(`0x${hex}`) };
}

function tstInfo(recipe: TimestampRecipe): Uint8Array {
  const { imprint, nonce, time, algorithm = SHA_256, version = 1n } = recipe;
  const accuracy = encodeSequence(encodeUnsigned(1n));
  return encodeSequence(
    encodeUnsigned(version),
    encodeOid('1.2.3.4'),
    encodeSequence(encodeSequence(encodeOid(algorithm)), encodeDer(TAG.octetString, imprint)),
    encodeUnsigned(77n),
    encodeDer(GENERALIZED_TIME, encodeUtf8(time.toISOString().replaceAll(/[-:T]|\.\d+/g, ''))),
    accuracy,
    ...(nonce === undefined ? [] : [encodeUnsigned(nonce)]),
  );
}

/** A granted TimeStampResp. Its signature is none: nobody here looks at it. */
export function granted(recipe: TimestampRecipe): Uint8Array {
  const { contentType = '1.2.840.113549.1.9.16.1.4' } = recipe;
  const content = encodeDer(TAG.context0, encodeDer(TAG.octetString, tstInfo(recipe)));
  const signedData = encodeSequence(
    encodeUnsigned(3n),
    encodeDer(TAG.set),
    encodeSequence(encodeOid(contentType), content),
    encodeDer(TAG.set, encodeSequence(encodeUnsigned(1n))),
  );
  const token = encodeSequence(encodeOid('1.2.840.113549.1.7.2'), encodeDer(TAG.context0, signedData));
  return encodeSequence(encodeSequence(encodeUnsigned(0n)), token);
}

/** A TimeStampResp that grants nothing, with the words of the authority. */
export function rejected(status: bigint, text: string): Uint8Array {
  const words = encodeSequence(encodeDer(UTF8, encodeUtf8(text)));
  const failure = encodeDer(TAG.bitString, Uint8Array.of(5, 0x20));
  return encodeSequence(encodeSequence(encodeUnsigned(status), words, failure));
}

/** An authority that stamps everything with NOW, with something changed. */
export async function startTsa(change: Partial<TimestampRecipe> = {}): Promise<LoopbackServer> {
  return await startServer(({ bytes }) => ({
    status: 201,
    body: granted({ ...readQuery(bytes), time: NOW, ...change }),
  }));
}
