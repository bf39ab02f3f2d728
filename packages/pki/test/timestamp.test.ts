// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, PkiError, verifyTimestamp, type CertificateAuthority } from '../src/index.ts';
import { encodeDer, TAG } from '../src/der.ts';
import {
  authority,
  buildCertificate,
  DIGITAL_SIGNATURE,
  extension,
  KEY_CERT_SIGN,
  keyUsage,
  newIssuer,
  oid,
  purposes,
  type Recipe,
} from './certificate-builder.ts';
import {
  attribute,
  buildTimestamp,
  certificateIdV1,
  certificateIdV2,
  integer,
  nameOf,
  NULL,
  octetString,
  sequence,
  set,
  SHA,
  timestamping,
  TSA_EXTENSIONS,
  type TimestampRecipe,
} from './timestamp-builder.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const SIGNED = new TextEncoder().encode('a signature');
const root = newIssuer('root');
const tsa = newIssuer('tsa');
const years = { notBefore: '200101000000Z', notAfter: '300101000000Z' };
const CA: Recipe = { ...years, extensions: [authority(), KEY_CERT_SIGN] };
const rootDer = buildCertificate(root, root, CA);
const SERIAL = Uint8Array.of(2);
const tsaDer = (recipe: Recipe = {}) =>
  buildCertificate(root, tsa, { ...years, serial: SERIAL, extensions: TSA_EXTENSIONS, ...recipe });
const certificate = tsaDer();
const signer = { tsa, certificate, issuerName: 'root' };
const always = { start: new Date(0) };
const trusted = (...chain: Uint8Array[]): CertificateAuthority => ({ chain, validFor: always });

function verify(
  recipe: TimestampRecipe = {},
  authorities = [trusted(certificate, rootDer)],
  made = signer,
): Date {
  const timestamp = parseTimestamp(buildTimestamp(SIGNED, made, recipe));
  verifyTimestamp(timestamp, SIGNED, authorities);
  return timestamp.time;
}

const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsa = { name: 'tsa', ...rsaKeys };
const rsaDer = buildCertificate(root, rsa, { ...years, serial: SERIAL, extensions: TSA_EXTENSIONS });
const RSA_ENCRYPTION = sequence(oid('1.2.840.113549.1.1.1'), NULL);
const RSA_SHA512 = sequence(oid('1.2.840.113549.1.1.13'), NULL);
const p384 = { name: 'tsa', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) };
const p384Der = buildCertificate(root, p384, { ...years, serial: SERIAL, extensions: TSA_EXTENSIONS });
const directoryName = (name: string) =>
  sequence(set(sequence(oid('2.5.4.3'), encodeDer(TAG.utf8String, Buffer.from(name)))));
const issuerSerial = (issuer: string, serial: number) =>
  sequence(sequence(encodeDer(0xa4, directoryName(issuer))), integer(serial));
const freeText = sequence(integer(0), sequence(encodeDer(TAG.utf8String, Buffer.from('Operation Okay'))));

describe('a timestamp', () => {
  it('tells the time when its authority had seen the bytes', () => {
    expect(verify()).toEqual(new Date('2026-01-01T00:05:00Z'));
  });

  it.each<[string, TimestampRecipe]>([
    ['a fraction of a second', { time: '20260101000500.5Z' }],
    ['a text beside its status', { status: freeText }],
    ['an imprint by SHA-512', { imprintHash: 'sha512' }],
    ['a digest by SHA-384', { hash: 'sha384' }],
    ['its certificate along', { certificates: [certificate] }],
    ['its issuer along', { certificates: [rootDer, certificate] }],
    ['an empty list of certificates', { certificates: [] }],
    ['its certificate named by SHA-1', { signingCertificate: [certificateIdV1(certificate)] }],
    [
      'its certificate named both ways',
      { signingCertificate: [certificateIdV1(certificate), certificateIdV2(certificate)] },
    ],
    [
      'issuer and serial number of its certificate',
      { signingCertificate: [certificateIdV2(certificate, issuerSerial('root', 2))] },
    ],
    ['other signed attributes', { attributes: [attribute('1.2.840.113549.1.9.5', NULL)] }],
    [
      'all that the standard allows',
      {
        rest: [
          sequence(integer(1), encodeDer(0x80, Uint8Array.of(1)), encodeDer(0x81, Uint8Array.of(2, 0))),
          encodeDer(TAG.boolean, Uint8Array.of(0xff)),
          integer(9),
          encodeDer(0xa0, encodeDer(0xa4, directoryName('tsa'))),
          encodeDer(0xa1, extension('1.2.3', Uint8Array.of(5, 0))),
        ],
      },
    ],
    ['nothing that the standard leaves free', { rest: [] }],
  ])('holds with %s', (_title, recipe) => {
    expect(verify(recipe).getUTCMinutes()).toBe(5);
  });

  it.each([
    [
      'RSA with a bare name',
      { tsa: rsa, certificate: rsaDer },
      { hash: 'sha512', algorithm: RSA_ENCRYPTION },
    ],
    ['RSA with SHA-512', { tsa: rsa, certificate: rsaDer }, { hash: 'sha512', algorithm: RSA_SHA512 }],
    ['P-384 with SHA-256', { tsa: p384, certificate: p384Der }, {}],
    ['P-384 with SHA-384', { tsa: p384, certificate: p384Der }, { hash: 'sha384' }],
  ] as const)('holds by an authority of %s', (_title, made, recipe) => {
    const authorities = [trusted(certificate, rootDer), trusted(made.certificate, rootDer)];
    expect(verify(recipe, authorities, { ...made, issuerName: 'root' }).getUTCMinutes()).toBe(5);
  });

  it.each(['20260101000500Z', '20260101001000Z'])('holds at the boundary %s of every window', (time) => {
    const window = { notBefore: '260101000500Z', notAfter: '260101001000Z' };
    const own = tsaDer(window);
    const validFor = { start: new Date('2026-01-01T00:05:00Z'), end: new Date('2026-01-01T00:10:00Z') };
    const recipe = { time, signingCertificate: [certificateIdV2(own)] };
    expect(() => verify(recipe, [{ chain: [own, rootDer], validFor }])).not.toThrowError();
  });
});

const BAD_STATUS = [1, 2, 5].map((status) => sequence(integer(status)));
const malformed: [string, TimestampRecipe][] = [
  ...BAD_STATUS.map((status): [string, TimestampRecipe] => [`status ${status.at(-1)}`, { status }]),
  ['a reason of failure', { status: sequence(integer(0), encodeDer(TAG.bitString, Uint8Array.of(0, 1))) }],
  ['another version', { version: 2 }],
  ['another version of its data', { dataVersion: 1 }],
  ['a signer named by a key id', { signerVersion: 3, name: encodeDer(0x80, Uint8Array.of(1)) }],
  ['another type of content', { contentType: '1.2.840.113549.1.7.1' }],
  ['another signed type of content', { signedContentType: '1.2.840.113549.1.7.1' }],
  ['a digest of other content', { digest: new Uint8Array(32) }],
  ['an imprint by SHA-1', { imprintHash: 'sha1' }],
  ['a short imprint', { imprint: new Uint8Array(20) }],
  ['a time with an offset', { time: '20260101000500+0100' }],
  ['a time without seconds', { time: '202601010005Z' }],
  ['a time with a zero at its end', { time: '20260101000500.50Z' }],
  ['a time that is none', { time: '20260230000500Z' }],
  ['a leap hour', { time: '20260101240000Z' }],
  ['an accuracy of more than a minute', { rest: [sequence(integer(61))] }],
  [
    'a name of its authority in another form',
    { rest: [encodeDer(0xa0, encodeDer(0x82, Buffer.from('tsa.example')))] },
  ],
  ['an accuracy of zero milliseconds', { rest: [sequence(encodeDer(0x80, Uint8Array.of(0)))] }],
  ['an ordering that is written as false', { rest: [encodeDer(TAG.boolean, Uint8Array.of(0))] }],
  ['a critical extension', { rest: [encodeDer(0xa1, extension('1.2.3', Uint8Array.of(5, 0), true))] }],
  ['a field that is not known', { rest: [octetString(Uint8Array.of(1))] }],
  [
    'an attribute twice, of one value',
    { attributes: [attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.9.16.1.4'))] },
  ],
  ['an attribute with two values', { attributes: [attribute('1.2.3', NULL, NULL)] }],
  ['unsigned attributes', { unsigned: encodeDer(0xa1, attribute('1.2.3', NULL)) }],
  ['two signers', { signers: 2 }],
  ['no signer', { signers: 0 }],
  ['a digest algorithm that is not announced', { announced: SHA.sha512 }],
  ['SHA-1', { announced: SHA.sha1 }],
  [
    'two digest algorithms, each right for what it is of',
    { signedBy: 'sha384', algorithm: sequence(oid('1.2.840.10045.4.3.3')) },
  ],
  ['a certificate twice', { certificates: [certificate, certificate] }],
];
const untrusted: [string, TimestampRecipe, CertificateAuthority[]?][] = [
  ['on another signature', { imprint: new Uint8Array(32) }],
  ['that names no certificate', { signingCertificate: [] }],
  ['that names another certificate', { signingCertificate: [certificateIdV2(rootDer)] }],
  [
    'that names another certificate by SHA-1',
    { signingCertificate: [certificateIdV1(rootDer), certificateIdV2(certificate)] },
  ],
  [
    'that names another certificate beside the right one by SHA-1',
    { signingCertificate: [certificateIdV1(certificate), certificateIdV2(rootDer)] },
  ],
  [
    'that names another issuer',
    { signingCertificate: [certificateIdV2(certificate, issuerSerial('other', 2))] },
  ],
  [
    'that names another serial number',
    { signingCertificate: [certificateIdV2(certificate, issuerSerial('root', 1))] },
  ],
  [
    'that gives its authority another name',
    { rest: [encodeDer(0xa0, encodeDer(0xa4, directoryName('other')))] },
  ],
  ['by another key', { key: root.privateKey }],
  ['by another certificate of the authority', { name: nameOf('root', Uint8Array.of(1)) }],
  ['by an authority of another name', { name: nameOf('other', SERIAL) }],
  ['by nobody who is trusted', {}, []],
  ['that brings a certificate of nobody', { certificates: [buildCertificate(root, tsa)] }],
  ['that brings another certificate of its name', { certificates: [tsaDer({ notAfter: '310101000000Z' })] }],
  ['that brings something that is no certificate', { certificates: [NULL] }],
  ['before the certificate', { time: '20191231235959Z' }],
  ['after the certificate', { time: '20300101000001Z' }],
  [
    'outside the window of the root',
    {},
    [{ chain: [certificate, rootDer], validFor: { start: new Date('2026-01-01T00:05:00.001Z') } }],
  ],
  [
    'a moment after that window',
    { time: '20260101000500.001Z' },
    [
      {
        chain: [certificate, rootDer],
        validFor: { start: new Date(0), end: new Date('2026-01-01T00:05:00Z') },
      },
    ],
  ],
  [
    'by a chain whose anchor had expired',
    {},
    [trusted(certificate, buildCertificate(root, root, { ...CA, notAfter: '250101000000Z' }))],
  ],
];

describe('a timestamp is refused', () => {
  it.each(malformed)('with %s', (_title, recipe) => {
    expect(() => verify(recipe)).toThrowError(throwsCode('ERR_TIMESTAMP'));
  });

  it.each(untrusted)('%s', (_title, recipe, authorities) => {
    expect(() => verify(recipe, authorities)).toThrowError(throwsCode('ERR_TIMESTAMP'));
  });

  const unfit: [string, Uint8Array[]][] = [
    ['without a purpose', [DIGITAL_SIGNATURE]],
    ['for another purpose', [DIGITAL_SIGNATURE, purposes('1.3.6.1.5.5.7.3.3')]],
    ['for timestamps among others', [DIGITAL_SIGNATURE, timestamping(true, '1.3.6.1.5.5.7.3.3')]],
    ['for timestamps, but not critically', [DIGITAL_SIGNATURE, timestamping(false)]],
    ['that is an authority', [...TSA_EXTENSIONS, authority()]],
    ['for encryption', [keyUsage(0x20, 5), timestamping()]],
    ['that may sign certificates', [keyUsage(0x84, 2), timestamping()]],
    ['with an unknown critical extension', [...TSA_EXTENSIONS, extension('1.2.3', Uint8Array.of(), true)]],
  ];
  it.each(unfit)('by a certificate %s', (_title, extensions) => {
    const own = tsaDer({ extensions });
    const made = { ...signer, certificate: own };
    expect(() => verify({}, [trusted(own, rootDer)], made)).toThrowError(throwsCode('ERR_TIMESTAMP'));
  });

  it.each<[string, Uint8Array]>([
    ['another key', buildCertificate(newIssuer('root'), newIssuer('root'), CA)],
    ['no right to issue', buildCertificate(root, root, { ...CA, extensions: [KEY_CERT_SIGN] })],
    [
      'a purpose of its own',
      buildCertificate(root, root, {
        ...CA,
        extensions: [authority(), KEY_CERT_SIGN, purposes('1.3.6.1.5.5.7.3.3')],
      }),
    ],
  ])('by a chain whose anchor has %s', (_title, anchor) => {
    expect(() => verify({}, [trusted(certificate, anchor)])).toThrowError(throwsCode('ERR_TIMESTAMP'));
  });

  it('by an authority without certificates', () => {
    expect(() => verify({}, [trusted()])).toThrowError(throwsCode('ERR_TIMESTAMP'));
  });

  it('with any byte changed, by no other error', () => {
    const good = buildTimestamp(SIGNED, signer, { certificates: [certificate] });
    for (let at = 0; at < good.length; at += 1) {
      const changed = good.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const judge = () => verifyTimestamp(parseTimestamp(changed), SIGNED, [trusted(certificate, rootDer)]);
      expect(judge, `byte ${at}`).toThrowError(throwsCode('ERR_TIMESTAMP'));
    }
  });

  it('whatever the bytes, by no other error', () => {
    const good = buildTimestamp(SIGNED, signer);
    const input = fc.oneof(
      fc.uint8Array(),
      fc
        .tuple(fc.nat(good.length), fc.uint8Array())
        .map(([at, more]) => Buffer.concat([good.subarray(0, at), more])),
    );
    fc.assert(
      fc.property(input, (bytes) => {
        try {
          parseTimestamp(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PkiError);
        }
      }),
    );
  });
});
