// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificate, PkiError } from '../src/index.ts';
import { encodeDer, TAG } from '../src/der.ts';
import {
  authority,
  buildCertificate,
  claim,
  CODE_SIGNING,
  DIGITAL_SIGNATURE,
  emailName,
  extension,
  FALSE,
  keyUsage,
  LEAF_EXTENSIONS,
  newIssuer,
  octets,
  oid,
  rawClaim,
  subjectNames,
  TRUE,
  uriName,
  utf8,
  type Recipe,
} from './certificate-builder.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const issuer = newIssuer('issuer');
const signer = newIssuer('');
const build = (recipe: Recipe = {}) => buildCertificate(issuer, signer, recipe);
const withExtensions = (...extra: Uint8Array[]): Recipe => ({ extensions: [...LEAF_EXTENSIONS, ...extra] });
const sequence = (...parts: Uint8Array[]) => encodeDer(TAG.sequence, ...parts);

function attempt(bytes: Uint8Array): void {
  try {
    parseCertificate(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PkiError);
  }
}

// 1.2.3, with an octet of padding before its last number.
const PADDED = Uint8Array.of(0x2a, 0x80, 0x03);
const USER_NAME = oid('1.3.6.1.4.1.57264.1.7');

describe('parseCertificate', () => {
  it('reads the fields, names, usages and claims of a certificate', () => {
    const parsed = parseCertificate(
      build(withExtensions(rawClaim(1, 'https://i'), claim(8, 'https://i'), claim(14, 'refs/heads/ü'))),
    );
    expect(parsed).toMatchObject({
      serialNumber: '01',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2026-01-01T00:10:00Z'),
      basicConstraints: { isAuthority: false },
      keyPurposes: ['1.3.6.1.5.5.7.3.3'],
      subjectAlternativeNames: [{ kind: 'uri', value: 'https://example.org/workflow' }],
      claims: { issuer: 'https://i', 'source-repository-ref': 'refs/heads/ü' },
    });
    expect([...(parsed.keyUsage ?? [])]).toEqual([0]);
    expect(parsed.publicKey.equals(signer.publicKey)).toBe(true);
  });

  it("reads Fulcio's user names, and keeps other forms of name apart", () => {
    const username = encodeDer(0xa0, USER_NAME, encodeDer(0xa0, utf8('me!example.org')));
    const dns = encodeDer(0x82, new TextEncoder().encode('example.org'));
    const names = subjectNames(username, emailName('a@example.org'), dns);
    const parsed = parseCertificate(build({ extensions: [names] }));
    expect(parsed.subjectAlternativeNames).toEqual([
      { kind: 'other', value: 'me!example.org' },
      { kind: 'email', value: 'a@example.org' },
      { kind: 'unknown', value: Buffer.from(dns).toString('hex') },
    ]);
  });

  it('takes the issuer from .8, else from .1', () => {
    expect(parseCertificate(build(withExtensions(rawClaim(1, 'old')))).claims.issuer).toBe('old');
    expect(parseCertificate(build(withExtensions(claim(8, 'new')))).claims.issuer).toBe('new');
    expect(parseCertificate(build()).claims.issuer).toBeUndefined();
  });

  const malformed: [string, Recipe][] = [
    ['bytes after it', { trailing: Uint8Array.of(0) }],
    ['version 1', { version: 0 }],
    ['serial number zero', { serial: Uint8Array.of(0) }],
    ['a negative serial number', { serial: Uint8Array.of(0x80) }],
    ['a padded serial number', { serial: Uint8Array.of(0, 1) }],
    ['a serial number of 21 octets', { serial: new Uint8Array(21).fill(1) }],
    ['another algorithm inside than outside', { innerAlgorithm: '1.2.840.10045.4.3.3' }],
    ['parameters of an ECDSA signature', { algorithmParameters: encodeDer(TAG.null) }],
    ['month 13', { notAfter: '261301000000Z' }],
    ['30 February', { notAfter: '260230000000Z' }],
    ['a time without seconds', { notAfter: '2601010000Z' }],
    ['a GeneralizedTime before 2050', { notAfter: '20260101000000Z' }],
    ['no extensions', { extensions: [] }],
    ['an extension twice', withExtensions(CODE_SIGNING)],
    ['a name extension twice', withExtensions(subjectNames(uriName('https://example.com')))],
    ['a written default', withExtensions(sequence(oid('1.2.3'), FALSE, octets(Uint8Array.of())))],
    [
      'a BER boolean',
      withExtensions(
        sequence(oid('1.2.3'), encodeDer(TAG.boolean, Uint8Array.of(1)), octets(Uint8Array.of())),
      ),
    ],
    [
      'a fourth part in an extension',
      withExtensions(sequence(oid('1.2.3'), TRUE, octets(Uint8Array.of()), TRUE)),
    ],
    ['trailing zero bits in the key usage', { extensions: [keyUsage(0x80, 6)] }],
    ['unused bits that are set', { extensions: [keyUsage(0x81, 7)] }],
    ['a key usage without bits', { extensions: [keyUsage(0, 7)] }],
    ['a padded number in a name', withExtensions(sequence(encodeDer(TAG.oid, PADDED), octets(PADDED)))],
    [
      'a negative path length',
      { extensions: [extension('2.5.29.19', sequence(TRUE, encodeDer(TAG.integer, Uint8Array.of(0x80))))] },
    ],
    ['an empty list of names', { extensions: [subjectNames()] }],
    [
      'two texts in one user name',
      { extensions: [subjectNames(encodeDer(0xa0, USER_NAME, encodeDer(0xa0, utf8('me'), utf8('you'))))] },
    ],
    [
      'a second value of a user name',
      { extensions: [subjectNames(encodeDer(0xa0, USER_NAME, encodeDer(0xa0, utf8('me')), utf8('you')))] },
    ],
    ['a NUL in a name', { extensions: [subjectNames(uriName('https://example.org/\0.evil'))] }],
    ['an empty list of purposes', { extensions: [extension('2.5.29.37', sequence())] }],
    [
      'a path length without authority',
      { extensions: [extension('2.5.29.19', sequence(encodeDer(TAG.integer, Uint8Array.of(0))))] },
    ],
    [
      'a long-form length',
      { extensions: [extension('2.5.29.37', Uint8Array.of(0x30, 0x81, 0x02, 0x05, 0))] },
    ],
    ['an indefinite length', { extensions: [extension('2.5.29.37', Uint8Array.of(0x30, 0x80, 0, 0))] }],
  ];
  it.each(malformed)('refuses %s', (_title, recipe) => {
    expect(() => parseCertificate(build(recipe))).toThrowError(throwsCode('ERR_CERTIFICATE'));
  });

  const badClaims: [string, Recipe][] = [
    ['two issuers that differ', withExtensions(rawClaim(1, 'https://a'), claim(8, 'https://b'))],
    ['bare text where a UTF8String belongs', withExtensions(rawClaim(9, 'https://a'))],
    [
      'bytes after the UTF8String',
      withExtensions(extension('1.3.6.1.4.1.57264.1.9', Uint8Array.of(0x0c, 1, 0x61, 0))),
    ],
    ['text that is not UTF-8', withExtensions(extension('1.3.6.1.4.1.57264.1.1', Uint8Array.of(0xff)))],
    ['a line end', withExtensions(claim(9, 'https://a\nb'))],
  ];
  it.each(badClaims)('refuses %s in a claim', (_title, recipe) => {
    expect(() => parseCertificate(build(recipe))).toThrowError(throwsCode('ERR_CERTIFICATE_CLAIM'));
  });

  it('ignores extensions of Fulcio that it does not know', () => {
    expect(parseCertificate(build(withExtensions(claim(99, 'x')))).claims).toEqual({});
  });

  it('lets no error of another kind out, whatever the bytes', () => {
    const good = build({ extensions: [authority(3), DIGITAL_SIGNATURE, ...LEAF_EXTENSIONS.slice(1)] });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt));
    for (let at = 0; at < good.length; at += 1) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const flipped = good.slice();
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        attempt(flipped);
      }
      attempt(good.subarray(0, at));
    }
    expect(() => parseCertificate(new Uint8Array(1 << 17))).toThrowError(throwsCode('ERR_CERTIFICATE'));
  });
});
