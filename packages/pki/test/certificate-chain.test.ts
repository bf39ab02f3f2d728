// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  assertCodeSigningLeaf,
  buildChain,
  parseCertificate,
  type CertificateAuthority,
} from '../src/index.ts';
import { KEY_PURPOSE } from '../src/extension.ts';
import {
  authority,
  buildCertificate,
  CODE_SIGNING,
  DIGITAL_SIGNATURE,
  extension,
  KEY_CERT_SIGN,
  keyUsage,
  LEAF_EXTENSIONS,
  newIssuer,
  purposes,
  subjectNames,
  uriName,
  type Recipe,
} from './certificate-builder.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const root = newIssuer('root');
const intermediate = newIssuer('intermediate');
const signer = newIssuer('');
const years = { notBefore: '200101000000Z', notAfter: '300101000000Z' };
const START = new Date('2026-01-01T00:00:00Z');
const END = new Date('2026-01-01T00:10:00Z');
const CA: Recipe = { ...years, extensions: [authority(), KEY_CERT_SIGN] };
const rootDer = (recipe: Recipe = {}) => buildCertificate(root, root, { ...CA, ...recipe });
const middleDer = (recipe: Recipe = {}) => buildCertificate(root, intermediate, { ...CA, ...recipe });
const leafOf = (recipe: Recipe = {}) => parseCertificate(buildCertificate(intermediate, signer, recipe));
const trusted = (
  chain: Uint8Array[],
  validFor = { start: new Date(0) } as CertificateAuthority['validFor'],
) => ({
  chain,
  validFor,
});

describe('buildChain', () => {
  it('gives the path from the leaf to the anchor', () => {
    const [leaf, middle, anchor] = [leafOf(), middleDer(), rootDer()];
    const chain = buildChain(leaf, [trusted([rootDer()]), trusted([middle, anchor])], START);
    expect(chain.map(({ der }) => der)).toEqual([leaf.der, middle, anchor]);
  });

  it('takes an anchor that is not self-signed', () => {
    expect(buildChain(leafOf(), [trusted([middleDer()])], START)).toHaveLength(2);
  });

  it.each([START, END])('counts the boundary %s as valid', (at) => {
    const window = { start: START, end: END };
    expect(buildChain(leafOf(), [trusted([middleDer()], window)], at)).toHaveLength(2);
  });

  const before = new Date(START.getTime() - 1);
  const after = new Date(END.getTime() + 1);
  const expired = middleDer({ notAfter: '250101000000Z' });
  const elsewhen: [string, CertificateAuthority[], Date][] = [
    ['before the leaf', [trusted([middleDer()])], before],
    ['after the leaf', [trusted([middleDer()])], after],
    ['with an expired authority', [trusted([expired, rootDer()])], START],
    ['with an expired anchor', [trusted([middleDer(), rootDer({ notAfter: '250101000000Z' })])], START],
    ['before the window of the authority', [trusted([middleDer()], { start: END })], START],
    ['after the window of the authority', [trusted([middleDer()], { start: new Date(0), end: START })], END],
  ];
  it.each(elsewhen)('refuses a path %s', (_title, authorities, at) => {
    expect(() => buildChain(leafOf(), authorities, at)).toThrowError(throwsCode('ERR_CERTIFICATE_VALIDITY'));
  });

  const imposter = newIssuer('intermediate');
  const other = newIssuer('other');
  const broken: [string, CertificateAuthority[]][] = [
    ['without authorities', []],
    ['by an authority of the same name with another key', [trusted([buildCertificate(root, imposter, CA)])]],
    ['by an authority of another name', [trusted([buildCertificate(root, other, CA)])]],
    [
      'through a certificate that is not a CA',
      [trusted([middleDer({ extensions: [KEY_CERT_SIGN] }), rootDer()])],
    ],
    [
      'through a CA that may not sign certificates',
      [trusted([middleDer({ extensions: [authority(), DIGITAL_SIGNATURE] })])],
    ],
    [
      'through a CA for other purposes',
      [
        trusted([
          middleDer({ extensions: [authority(), KEY_CERT_SIGN, purposes(KEY_PURPOSE.timeStamping)] }),
        ]),
      ],
    ],
    [
      'through a CA that constrains names',
      [
        trusted([
          middleDer({
            extensions: [authority(), KEY_CERT_SIGN, extension('2.5.29.30', Uint8Array.of(0x30, 0))],
          }),
        ]),
      ],
    ],
    [
      'through a CA with an unknown critical extension',
      [
        trusted([
          middleDer({ extensions: [authority(), KEY_CERT_SIGN, extension('1.2.3', Uint8Array.of(), true)] }),
        ]),
      ],
    ],
    [
      'below a root that allows no intermediate',
      [trusted([middleDer(), rootDer({ extensions: [authority(0), KEY_CERT_SIGN] })])],
    ],
    ['whose links do not belong together', [trusted([middleDer(), buildCertificate(other, other, CA)])]],
    [
      'whose anchor is not signed by its own key',
      [trusted([middleDer(), buildCertificate(imposter, root, { ...CA, subject: 'intermediate' })])],
    ],
    ['through an authority without certificates', [trusted([])]],
    ['through an authority whose certificate is malformed', [trusted([Uint8Array.of(0x30, 0)])]],
  ];
  it.each(broken)('refuses a path %s', (_title, authorities) => {
    expect(() => buildChain(leafOf(), authorities, START)).toThrowError(throwsCode('ERR_CERTIFICATE_CHAIN'));
  });

  it('goes on to the next authority after one that fails', () => {
    const authorities = [trusted([Uint8Array.of(1)]), trusted([expired]), trusted([middleDer(), rootDer()])];
    expect(buildChain(leafOf(), authorities, START)).toHaveLength(3);
  });

  it('builds for another purpose when asked', () => {
    const stamping = middleDer({
      extensions: [authority(), KEY_CERT_SIGN, purposes(KEY_PURPOSE.timeStamping)],
    });
    expect(buildChain(leafOf(), [trusted([stamping])], START, { purpose: 'timeStamping' })).toHaveLength(2);
  });

  it('takes an invalid date for a mistake of the caller', () => {
    expect(() => buildChain(leafOf(), [], new Date(Number.NaN))).toThrowError(TypeError);
  });
});

describe('assertCodeSigningLeaf', () => {
  it("takes a leaf of Fulcio's profile", () => {
    expect(() => assertCodeSigningLeaf(leafOf())).not.toThrowError();
  });

  const names = LEAF_EXTENSIONS.slice(2);
  const unfit: [string, Uint8Array[]][] = [
    ['no extended key usage', [DIGITAL_SIGNATURE, ...names]],
    ['a purpose of TLS servers', [DIGITAL_SIGNATURE, purposes('1.3.6.1.5.5.7.3.1'), ...names]],
    ['any purpose', [DIGITAL_SIGNATURE, purposes('2.5.29.37.0'), ...names]],
    [
      'a second purpose',
      [DIGITAL_SIGNATURE, purposes(KEY_PURPOSE.codeSigning, KEY_PURPOSE.timeStamping), ...names],
    ],
    ['no key usage', [CODE_SIGNING, ...names]],
    [
      'a critical key identifier, which is not looked at',
      [...LEAF_EXTENSIONS, extension('2.5.29.35', Uint8Array.of(0x30, 0), true)],
    ],
    ['a key usage for encryption', [keyUsage(0x20, 5), CODE_SIGNING, ...names]],
    ['a key usage for certificates too', [keyUsage(0x84, 2), CODE_SIGNING, ...names]],
    ['the bit of an authority', [authority(), ...LEAF_EXTENSIONS]],
    ['an unknown critical extension', [...LEAF_EXTENSIONS, extension('1.2.3', Uint8Array.of(), true)]],
    [
      'the poison of a precertificate',
      [...LEAF_EXTENSIONS, extension('1.3.6.1.4.1.11129.2.4.3', Uint8Array.of(5, 0), true)],
    ],
    ['no name', [DIGITAL_SIGNATURE, CODE_SIGNING]],
    [
      'two names',
      [DIGITAL_SIGNATURE, CODE_SIGNING, subjectNames(uriName('https://a'), uriName('https://b'))],
    ],
  ];
  it.each(unfit)('refuses a leaf with %s', (_title, extensions) => {
    expect(() => assertCodeSigningLeaf(leafOf({ extensions }))).toThrowError(
      throwsCode('ERR_CERTIFICATE_USAGE'),
    );
  });

  it('takes an extension that it does not know when it is not critical', () => {
    const leaf = leafOf({ extensions: [...LEAF_EXTENSIONS, extension('1.2.3', Uint8Array.of(1))] });
    expect(() => assertCodeSigningLeaf(leaf)).not.toThrowError();
  });
});
