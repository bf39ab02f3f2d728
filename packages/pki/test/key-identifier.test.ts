// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { buildChain, parseCertificate } from '../src/index.ts';
import { encodeDer, TAG } from '../src/der.ts';
import { EXTENSION } from '../src/extension.ts';
import {
  authority,
  buildCertificate,
  extension,
  KEY_CERT_SIGN,
  LEAF_EXTENSIONS,
  newIssuer,
  octets,
  oid,
  utf8,
} from './certificate-builder.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const root = newIssuer('root');
const middle = newIssuer('middle');
const signer = newIssuer('');
const AT = new Date('2026-01-01T00:00:00Z');
const years = { notBefore: '200101000000Z', notAfter: '300101000000Z' };
const [ONE, OTHER] = [Uint8Array.of(1, 2, 3), Uint8Array.of(3, 2, 1)];
const name = (text: string) =>
  encodeDer(
    0xa4,
    encodeDer(TAG.sequence, encodeDer(TAG.set, encodeDer(TAG.sequence, oid('2.5.4.3'), utf8(text)))),
  );
const subjectKey = (id: Uint8Array) => extension(EXTENSION.subjectKeyIdentifier, octets(id));
const authorityKey = (...fields: Uint8Array[]) =>
  extension(EXTENSION.authorityKeyIdentifier, encodeDer(TAG.sequence, ...fields));
const keyId = (id: Uint8Array) => encodeDer(0x80, id);
const issuerName = (text: string) => encodeDer(0xa1, name(text));
const serial = (octet: number) => encodeDer(0x82, Uint8Array.of(octet));

function outcomeOf(ofLeaf: readonly Uint8Array[], ofIssuer: readonly Uint8Array[] = [subjectKey(ONE)]) {
  const leaf = parseCertificate(
    buildCertificate(middle, signer, { extensions: [...LEAF_EXTENSIONS, ...ofLeaf] }),
  );
  const issuer = buildCertificate(root, middle, {
    ...years,
    serial: Uint8Array.of(7),
    extensions: [authority(), KEY_CERT_SIGN, ...ofIssuer],
  });
  return () => buildChain(leaf, [{ chain: [issuer], validFor: { start: new Date(0) } }], AT);
}

describe('the identifiers of an issuer in a certificate', () => {
  it.each<[string, Uint8Array[], Uint8Array[]?]>([
    ['are absent', []],
    ['are empty', [authorityKey()]],
    ['name its key', [authorityKey(keyId(ONE))]],
    ['name a key of which the issuer says nothing', [authorityKey(keyId(OTHER))], []],
    ['name key, issuer and serial number', [authorityKey(keyId(ONE), issuerName('root'), serial(7))]],
  ])('may hold when they %s', (_title, ofLeaf, ofIssuer) => {
    expect(outcomeOf(ofLeaf, ofIssuer)()).toHaveLength(2);
  });

  it.each<[string, Uint8Array[]]>([
    ['another key', [authorityKey(keyId(OTHER))]],
    ['another issuer', [authorityKey(keyId(ONE), issuerName('other'), serial(7))]],
    ['another serial number', [authorityKey(issuerName('root'), serial(8))]],
  ])('are refused when they name %s, although the signature holds', (_title, ofLeaf) => {
    expect(outcomeOf(ofLeaf)).toThrowError(throwsCode('ERR_CERTIFICATE_CHAIN'));
  });

  it.each<[string, Uint8Array[], Uint8Array[]?]>([
    ['are no list', [extension(EXTENSION.authorityKeyIdentifier, octets(ONE))]],
    ['have an unknown field', [authorityKey(encodeDer(0x83, ONE))]],
    ['name the issuer in another form', [authorityKey(encodeDer(0xa1, encodeDer(0x86, ONE)))]],
    [
      'meet an identifier of the issuer that is none',
      [authorityKey(keyId(ONE))],
      [extension(EXTENSION.subjectKeyIdentifier, utf8('x'))],
    ],
  ])('are refused when they %s', (_title, ofLeaf, ofIssuer) => {
    expect(outcomeOf(ofLeaf, ofIssuer)).toThrowError(throwsCode('ERR_CERTIFICATE_CHAIN'));
  });

  it('are held to within an authority too', () => {
    const link = (id: Uint8Array) => [
      buildCertificate(root, middle, {
        ...years,
        extensions: [authority(), KEY_CERT_SIGN, authorityKey(keyId(id))],
      }),
      buildCertificate(root, root, {
        ...years,
        extensions: [authority(), KEY_CERT_SIGN, subjectKey(ONE)],
      }),
    ];
    const leaf = parseCertificate(buildCertificate(middle, signer));
    const build = (id: Uint8Array) => () =>
      buildChain(leaf, [{ chain: link(id), validFor: { start: new Date(0) } }], AT);
    expect(build(ONE)).not.toThrowError();
    expect(build(OTHER)).toThrowError(throwsCode('ERR_CERTIFICATE_CHAIN'));
  });
});
