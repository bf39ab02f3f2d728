// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import { DIGITAL_SIGNATURE, der, extension, oid, sequence, text } from './der.ts';
import { certify, hash, type KeyPair } from './miniature.ts';

/** A timestamp authority of the miniature, certified by its one authority. */
const tsa: KeyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const TSA_PURPOSE = extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.8')), true);
export const tsaCertificate: Uint8Array = certify(
  { name: 'tsa', key: tsa.publicKey, until: '300101000000Z' },
  [DIGITAL_SIGNATURE, TSA_PURPOSE],
).certificate;

const integer = (value: number) => der(0x02, Uint8Array.of(value));
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
const TST_INFO = oid('1.2.840.113549.1.9.16.1.4');
const NAME = sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, text('miniature')))));
const attribute = (name: string, value: Uint8Array) => sequence(oid(name), der(0x31, value));

const utc = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;

/** A TimeStampResp over `data` at a time in seconds since 1970. */
export function makeTimestamp(data: Uint8Array, seconds: number): Uint8Array {
  const info = sequence(
    integer(1),
    oid('1.2.3.4'),
    sequence(SHA256, der(0x04, hash(data))),
    integer(1),
    der(0x18, text(utc(seconds))),
  );
  const attributes = Buffer.concat([
    attribute('1.2.840.113549.1.9.3', TST_INFO),
    attribute('1.2.840.113549.1.9.4', der(0x04, hash(info))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(der(0x04, hash(tsaCertificate)))))),
  ]);
  const signerInfo = sequence(
    integer(1),
    sequence(NAME, integer(1)),
    SHA256,
    der(0xa0, attributes),
    sequence(oid('1.2.840.10045.4.3.2')),
    der(0x04, sign('sha256', der(0x31, attributes), tsa.privateKey)),
  );
  const content = sequence(TST_INFO, der(0xa0, der(0x04, info)));
  const signedData = sequence(integer(3), der(0x31, SHA256), content, der(0x31, signerInfo));
  return sequence(sequence(integer(0)), sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, signedData)));
}
