// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8, sha256 } from '@colophon/base';
import { encodeDer, encodeOid, encodeSequence, encodeUnsigned, TAG } from '../../src/der-encoding.ts';
import { type LoopbackServer, startServer } from './loopback-server.ts';
import { childrenOf, contentOf } from './toy-fulcio.ts';
import { nameOf, ToyCa } from './toy-ca.ts';
import { NOW } from './toy-token.ts';

const UTF8 = 0x0c;
const GENERALIZED_TIME = 0x18;
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const SHA_256 = '2.16.840.1.101.3.4.2.1';

/** What a timestamp says; a test changes one thing at a time. */
export interface TimestampRecipe {
  readonly imprint: Uint8Array;
  readonly nonce: bigint | undefined;
  readonly time: Date;
  readonly algorithm?: string;
  readonly version?: bigint;
  readonly contentType?: string;
  /** Whose authority signs. */
  readonly ca?: ToyCa;
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

const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(oid), encodeDer(TAG.set, value));

/** SignerInfo (RFC 5652 §5.3) with the attributes that RFC 3161 and RFC 5816 demand. */
function signerInfo(info: Uint8Array, ca: ToyCa): Uint8Array {
  const certificateId = encodeSequence(encodeDer(TAG.octetString, sha256(ca.tsaCertificate)));
  const attributes = Buffer.concat([
    attribute('1.2.840.113549.1.9.3', encodeOid(TST_INFO)),
    attribute('1.2.840.113549.1.9.4', encodeDer(TAG.octetString, sha256(info))),
    attribute('1.2.840.113549.1.9.16.2.47', encodeSequence(encodeSequence(certificateId))),
  ]);
  return encodeSequence(
    encodeUnsigned(1n),
    encodeSequence(nameOf('toy'), encodeUnsigned(7n)),
    encodeSequence(encodeOid(SHA_256)),
    encodeDer(TAG.context0, attributes),
    encodeSequence(encodeOid('1.2.840.10045.4.3.2')),
    encodeDer(TAG.octetString, ca.signTimestamp(encodeDer(TAG.set, attributes))),
  );
}

const someCa = new ToyCa();

/** A granted TimeStampResp. */
export function granted(recipe: TimestampRecipe): Uint8Array {
  const { contentType = TST_INFO, ca = someCa } = recipe;
  const info = tstInfo(recipe);
  const signedData = encodeSequence(
    encodeUnsigned(3n),
    encodeDer(TAG.set, encodeSequence(encodeOid(SHA_256))),
    encodeSequence(encodeOid(contentType), encodeDer(TAG.context0, encodeDer(TAG.octetString, info))),
    encodeDer(TAG.context0, ca.tsaCertificate),
    encodeDer(TAG.set, signerInfo(info, ca)),
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
