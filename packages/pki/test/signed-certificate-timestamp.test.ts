// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import { sha256 } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import { parseCertificate, PkiError, verifySct, type LogKey } from '../src/index.ts';
import {
  authority,
  buildCertificate,
  KEY_CERT_SIGN,
  newIssuer,
  octets,
  type Recipe,
} from './certificate-builder.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const issuer = newIssuer('issuer');
const signer = newIssuer('');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const TIME = new Date('2026-01-01T00:00:00.123Z');
const log: LogKey = {
  baseUrl: 'https://ct.example',
  logId: sha256(keys.publicKey.export({ type: 'spki', format: 'der' })),
  publicKey: keys.publicKey,
  keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  validFor: { start: new Date('2026-01-01T00:00:00Z') },
};
const issuerCertificate = parseCertificate(
  buildCertificate(issuer, issuer, { extensions: [authority(), KEY_CERT_SIGN], notAfter: '300101000000Z' }),
);

interface SctRecipe {
  readonly time?: Date;
  readonly extensions?: Uint8Array;
  readonly version?: number;
  readonly hash?: number;
  readonly trailing?: number[];
  readonly logId?: Uint8Array;
  readonly spoilSignature?: boolean;
}

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const vector = (value: Uint8Array) => Buffer.concat([u16(value.length), value]);

// RFC 6962 §3.2, written out again apart from the code under test.
function makeSct(tbs: Uint8Array, keyHash: Uint8Array, recipe: SctRecipe): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt((recipe.time ?? TIME).getTime()));
  const extensions = vector(recipe.extensions ?? new Uint8Array());
  const length = Buffer.from([tbs.length >> 16, (tbs.length >> 8) & 0xff, tbs.length & 0xff]);
  const signed = Buffer.concat([Buffer.of(0, 0), time, u16(1), keyHash, length, tbs, extensions]);
  const signature = sign('sha256', signed, keys.privateKey);
  if (recipe.spoilSignature) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  return Buffer.concat([
    Buffer.of(recipe.version ?? 0),
    recipe.logId ?? log.logId,
    time,
    extensions,
    Buffer.of(recipe.hash ?? 4, 3),
    vector(signature),
    Buffer.from(recipe.trailing ?? []),
  ]);
}

function leafWith(...recipes: SctRecipe[]) {
  const timestamp: Recipe['timestamp'] = (tbs, keyHash) =>
    octets(vector(Buffer.concat(recipes.map((recipe) => vector(makeSct(tbs, keyHash, recipe))))));
  return parseCertificate(buildCertificate(issuer, signer, { timestamp }));
}
const leafWithCopies = (count: number) => {
  const timestamp: Recipe['timestamp'] = (tbs, keyHash) => {
    const one = vector(makeSct(tbs, keyHash, {}));
    return octets(vector(Buffer.concat(Array.from({ length: count }, () => one))));
  };
  return parseCertificate(buildCertificate(issuer, signer, { timestamp }));
};
const leafWithValue = (value: Uint8Array) =>
  parseCertificate(buildCertificate(issuer, signer, { timestamp: () => value }));

describe('verifySct', () => {
  it.each<[string, SctRecipe[]]>([
    ['one timestamp', [{}]],
    ['one with extensions, as of a static log', [{ extensions: Uint8Array.of(0, 0, 5, 0, 0, 0, 0, 9) }]],
    ['one beside that of an unknown log', [{ logId: new Uint8Array(32), spoilSignature: true }, {}]],
    ['one of the first moment of the log', [{ time: log.validFor.start }]],
  ])('takes %s', (_title, recipes) => {
    const { timestamp, logId } = verifySct(leafWith(...recipes), issuerCertificate, [log]);
    expect(timestamp).toEqual(recipes.at(-1)?.time ?? TIME);
    expect(Buffer.from(logId)).toEqual(Buffer.from(log.logId));
  });

  const refused: [string, () => unknown][] = [
    ['a wrong signature', () => verifySct(leafWith({ spoilSignature: true }), issuerCertificate, [log])],
    [
      'a wrong signature beside a good one',
      () => verifySct(leafWith({}, { spoilSignature: true }), issuerCertificate, [log]),
    ],
    ['one timestamp twice', () => verifySct(leafWithCopies(2), issuerCertificate, [log])],
    [
      'an unknown log',
      () => verifySct(leafWith({}), issuerCertificate, [{ ...log, logId: new Uint8Array(32) }]),
    ],
    ['no logs', () => verifySct(leafWith({}), issuerCertificate, [])],
    [
      'a time before the log',
      () => verifySct(leafWith({ time: new Date('2025-12-31T23:59:59.999Z') }), issuerCertificate, [log]),
    ],
    [
      'a time after the log',
      () =>
        verifySct(leafWith({}), issuerCertificate, [
          { ...log, validFor: { start: new Date(0), end: new Date(1) } },
        ]),
    ],
    [
      'a time after the certificate',
      () => verifySct(leafWith({ time: new Date('2026-01-01T00:10:00.001Z') }), issuerCertificate, [log]),
    ],
    ['another issuer', () => verifySct(leafWith({}), leafWith({}), [log])],
    ['version 2', () => verifySct(leafWith({ version: 1 }), issuerCertificate, [log])],
    ['another hash', () => verifySct(leafWith({ hash: 6 }), issuerCertificate, [log])],
    [
      'a time beyond what dates can say',
      () => verifySct(leafWith({ time: new Date(8.64e15) }), issuerCertificate, [log]),
    ],
    ['bytes after a timestamp', () => verifySct(leafWith({ trailing: [0] }), issuerCertificate, [log])],
    [
      'no timestamps',
      () => verifySct(parseCertificate(buildCertificate(issuer, signer)), issuerCertificate, [log]),
    ],
    ['an empty list', () => verifySct(leafWithValue(octets(Buffer.of(0, 0))), issuerCertificate, [log])],
    [
      'bytes after the list',
      () => verifySct(leafWithValue(octets(Buffer.of(0, 0, 0))), issuerCertificate, [log]),
    ],
    [
      'a list that is cut',
      () => verifySct(leafWithValue(octets(Buffer.of(0, 9, 0))), issuerCertificate, [log]),
    ],
    ['a value that is not DER', () => verifySct(leafWithValue(Buffer.of(4, 9)), issuerCertificate, [log])],
  ];
  it.each(refused)('refuses %s', (_title, verify) => {
    expect(verify).toThrowError(throwsCode('ERR_SCT'));
    expect(verify).toThrowError(PkiError);
  });
});
