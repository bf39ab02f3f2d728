// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 does not load without the polyfill
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { OctetString, Utf8String } from 'asn1js';
import { describe, expect, it } from 'vitest';
import { assertSigningProfile } from '../src/warehouse/certificate-profile.ts';
import { type LeafCertificate, parseLeafCertificate } from '../src/warehouse/leaf-certificate.ts';
import type { PublisherIdentity } from '../src/warehouse/publisher.ts';
import { assertPublisher } from '../src/warehouse/publisher-policy.ts';

const UNUSABLE = 'ERR_WAREHOUSE_ATTESTATION_UNUSABLE';
const REFUSED = 'ERR_WAREHOUSE_ATTESTATION_REFUSED';
const DER = 'ERR_WAREHOUSE_DER';
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
const FULCIO = '1.3.6.1.4.1.57264.1';
const authority = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
  'sign',
  'verify',
]);
const P256 = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
]);

/** One timestamp with a log id of zeros, `extensions` bytes of extensions and a signature of four bytes. */
function timestamp(extensions = 0, hash = 4): Buffer {
  const parts = [
    Buffer.alloc(41),
    Buffer.of(0, extensions),
    Buffer.alloc(extensions),
    Buffer.of(hash, 3, 0, 4, 1, 2, 3, 4),
  ];
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0, body.length), body]);
}

function timestampList(...timestamps: Buffer[]): Extension {
  const list = Buffer.concat(timestamps);
  const valueHex = new Uint8Array(Buffer.concat([Buffer.of(0, list.length), list]));
  return new Extension(SCT_LIST, false, new OctetString({ valueHex }).toBER());
}

function names(type: GeneralNameType, value: string, critical = true): Extension {
  return new SubjectAlternativeNameExtension([{ type, value }], critical);
}

function claim(arc: number, text: string): Extension {
  return new Extension(
    `${FULCIO}.${arc}`,
    false,
    arc < 8 ? new TextEncoder().encode(text) : new Utf8String({ value: text }).toBER(),
  );
}

const USUAL: Readonly<Record<string, Extension>> = {
  usage: new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  purpose: new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.3']),
  authority: new AuthorityKeyIdentifierExtension('aa'.repeat(20)),
  name: names('url', 'https://github.com/octo/demo/.github/workflows/release.yml@refs/tags/v1'),
  timestamps: timestampList(timestamp(8)),
};

interface LeafOptions {
  /** Over the usual extensions; undefined leaves one out. */
  readonly extensions?: Record<string, Extension | undefined>;
  readonly claims?: Record<number, string>;
  readonly subject?: string;
  readonly serialNumber?: string;
  readonly publicKey?: webcrypto.CryptoKey;
}

async function leafDer({ extensions, claims = {}, ...options }: LeafOptions = {}): Promise<Uint8Array> {
  const all = Object.values({ ...USUAL, ...extensions }).filter((extension) => extension !== undefined);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '4001',
    subject: '',
    issuer: 'CN=test',
    publicKey: P256.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-384' },
    ...options,
    extensions: [...all, ...Object.entries(claims).map(([arc, text]) => claim(Number(arc), text))],
  });
  return new Uint8Array(certificate.rawData);
}

async function leafOf(options: LeafOptions = {}): Promise<LeafCertificate> {
  return parseLeafCertificate(await leafDer(options));
}

function codeOf(action: () => void): string {
  try {
    action();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the profile of a signing certificate', () => {
  const both = new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3']);
  const server = new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']);
  const nothing = new Uint8Array([5, 0]);
  it.each<[string, LeafOptions, string]>([
    ['as Fulcio issues it', {}, 'ok'],
    ['a second purpose', { extensions: { purpose: both } }, 'ok'],
    ['an unknown extension', { extensions: { other: new Extension('1.2.3', false, nothing) } }, 'ok'],
    ['constraints that say no', { extensions: { constraints: new BasicConstraintsExtension(false) } }, 'ok'],
    [
      'an unknown critical extension',
      { extensions: { other: new Extension('1.2.3', true, nothing) } },
      REFUSED,
    ],
    ['no purpose', { extensions: { purpose: undefined } }, UNUSABLE],
    ['another purpose', { extensions: { purpose: server } }, REFUSED],
    ['no key usage', { extensions: { usage: undefined } }, UNUSABLE],
    [
      'another key usage',
      { extensions: { usage: new KeyUsagesExtension(KeyUsageFlags.keyAgreement, true) } },
      REFUSED,
    ],
    [
      'the right to sign certificates',
      {
        extensions: {
          usage: new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign, true),
        },
      },
      REFUSED,
    ],
    ['an authority', { extensions: { constraints: new BasicConstraintsExtension(true, 0, true) } }, REFUSED],
    [
      'name constraints',
      { extensions: { other: new Extension('2.5.29.30', false, new Uint8Array([0x30, 0])) } },
      REFUSED,
    ],
    ['no authority key identifier', { extensions: { authority: undefined } }, REFUSED],
    ['no subject name at all', { extensions: { name: undefined } }, REFUSED],
    [
      'a subject name that is not critical',
      { extensions: { name: names('url', 'https://a.test', false) } },
      REFUSED,
    ],
    ['a subject beside a critical name', { subject: 'CN=x' }, REFUSED],
    ['a serial number of 21 bytes', { serialNumber: '40'.repeat(21) }, REFUSED],
    ['a P-384 key', { publicKey: authority.publicKey }, REFUSED],
    ['no timestamp', { extensions: { timestamps: undefined } }, REFUSED],
    ['two timestamps', { extensions: { timestamps: timestampList(timestamp(), timestamp()) } }, REFUSED],
    ['a timestamp with SHA-384', { extensions: { timestamps: timestampList(timestamp(0, 5)) } }, REFUSED],
    [
      'a timestamp and more',
      { extensions: { timestamps: timestampList(timestamp(), Buffer.of(0)) } },
      REFUSED,
    ],
    [
      'an extension twice',
      { extensions: { other: new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.3']) } },
      DER,
    ],
  ])('%s', async (_title, options, code) => {
    const der = await leafDer(options);
    expect(codeOf(() => assertSigningProfile(parseLeafCertificate(der)))).toBe(code);
  });

  it.each([
    ['a negative serial number', '0202c001'],
    ['a serial number of zeros', '02020000'],
    ['a padded serial number', '02020001'],
  ])('%s', async (_title, serial) => {
    const der = replaced(
      Buffer.from(await leafDer()),
      Buffer.from('02024001', 'hex'),
      Buffer.from(serial, 'hex'),
    );
    expect([REFUSED, DER]).toContain(codeOf(() => assertSigningProfile(parseLeafCertificate(der))));
  });

  it.each<[string, (der: Buffer) => Buffer]>([
    ['a byte behind', (der) => Buffer.concat([der, Buffer.of(0)])],
    ['a byte less', (der) => der.subarray(0, -1)],
    [
      'PEM',
      (der) =>
        Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`),
    ],
    [
      'a length in long form',
      (der) => Buffer.concat([der.subarray(0, 1), Buffer.of(0x83, 0), der.subarray(2)]),
    ],
    [
      'an indefinite length',
      (der) => Buffer.concat([der.subarray(0, 1), Buffer.of(0x80), der.subarray(4), Buffer.of(0, 0)]),
    ],
    ['version 1', (der) => replaced(der, Buffer.of(0xa0, 3, 2, 1, 2), Buffer.of(0xa0, 3, 2, 1, 0))],
    [
      'a critical flag that is not quite true',
      (der) => replaced(der, Buffer.of(1, 1, 0xff), Buffer.of(1, 1, 1)),
    ],
    [
      'another signature algorithm inside',
      (der) => replaced(der, Buffer.from('2a8648ce3d040303', 'hex'), Buffer.from('2a8648ce3d040302', 'hex')),
    ],
    ['nothing', () => Buffer.alloc(0)],
  ])('is not read from %s', async (_title, change) => {
    const der = change(Buffer.from(await leafDer()));
    expect(codeOf(() => void parseLeafCertificate(der))).toBe(DER);
  });
});

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
}

const WORKFLOW = 'https://github.com/octo/demo/.github/workflows/release.yml';
const GITHUB = {
  8: 'https://token.actions.githubusercontent.com',
  12: 'https://github.com/octo/demo',
  13: 'c0ffee',
  14: 'refs/tags/v1',
  18: `${WORKFLOW}@refs/tags/v1`,
};
const GITLAB = {
  8: 'https://gitlab.com',
  12: 'https://gitlab.com/group/demo',
  13: 'c0ffee',
  14: 'refs/tags/v1',
  18: 'https://gitlab.com/group/demo//ci.yml@c0ffee',
};
const AS_GITHUB: PublisherIdentity = { kind: 'GitHub', repository: 'octo/demo', workflow: 'release.yml' };
const AS_GITLAB: PublisherIdentity = { kind: 'GitLab', repository: 'group/demo', workflowFilepath: 'ci.yml' };
const AS_GOOGLE: PublisherIdentity = { kind: 'Google', email: 'ci@p.test' };
const ACCOUNT = { name: names('email', 'ci@p.test') };
const ISSUER = { 1: 'https://accounts.google.com' };

function omit(claims: Record<number, string>, ...arcs: number[]): Record<number, string> {
  return Object.fromEntries(Object.entries(claims).filter(([arc]) => !arcs.includes(Number(arc))));
}

describe('a publisher', () => {
  it.each<[string, PublisherIdentity, LeafOptions, string]>([
    ['GitHub at a ref', AS_GITHUB, { claims: GITHUB }, 'ok'],
    ['GitHub at a commit', AS_GITHUB, { claims: { ...omit(GITHUB, 14), 18: `${WORKFLOW}@c0ffee` } }, 'ok'],
    ['GitHub without commit', AS_GITHUB, { claims: omit(GITHUB, 13) }, 'ok'],
    ['GitHub without either', AS_GITHUB, { claims: omit(GITHUB, 13, 14) }, REFUSED],
    ['GitHub at another ref', AS_GITHUB, { claims: { ...GITHUB, 18: `${WORKFLOW}@refs/heads/x` } }, REFUSED],
    [
      'GitHub, called from another workflow',
      AS_GITHUB,
      {
        claims: {
          ...GITHUB,
          9: `${WORKFLOW}@x`,
          18: 'https://github.com/octo/demo/.github/workflows/call.yml@refs/tags/v1',
        },
      },
      REFUSED,
    ],
    [
      'GitHub in other case',
      AS_GITHUB,
      { claims: { ...GITHUB, 12: 'https://github.com/Octo/demo' } },
      REFUSED,
    ],
    ['GitHub without repository', AS_GITHUB, { claims: omit(GITHUB, 12) }, REFUSED],
    ['GitHub without workflow', AS_GITHUB, { claims: omit(GITHUB, 18) }, UNUSABLE],
    ['GitHub of another issuer', AS_GITHUB, { claims: { ...GITHUB, 8: 'https://gitlab.com' } }, REFUSED],
    [
      'GitHub by a bare text',
      AS_GITHUB,
      {
        claims: omit(GITHUB, 8),
        extensions: { issuer: new Extension(`${FULCIO}.8`, false, new TextEncoder().encode(GITHUB[8])) },
      },
      DER,
    ],
    ['GitLab', AS_GITLAB, { claims: GITLAB }, 'ok'],
    ['GitLab without ref', AS_GITLAB, { claims: omit(GITLAB, 14) }, UNUSABLE],
    [
      'GitLab with one slash',
      AS_GITLAB,
      { claims: { ...GITLAB, 18: 'https://gitlab.com/group/demo/ci.yml@c0ffee' } },
      REFUSED,
    ],
    ['Google', AS_GOOGLE, { claims: ISSUER, extensions: ACCOUNT }, 'ok'],
    [
      'Google, by its second issuer only',
      AS_GOOGLE,
      { claims: { 8: ISSUER[1] }, extensions: ACCOUNT },
      REFUSED,
    ],
    [
      'Google, another account',
      AS_GOOGLE,
      { claims: ISSUER, extensions: { name: names('email', 'CI@p.test') } },
      REFUSED,
    ],
    [
      'Google, the account as a URI',
      AS_GOOGLE,
      { claims: ISSUER, extensions: { name: names('url', 'ci@p.test') } },
      REFUSED,
    ],
    [
      'Google by another issuer',
      AS_GOOGLE,
      { claims: { 1: 'https://accounts.google.co' }, extensions: ACCOUNT },
      REFUSED,
    ],
  ])('%s', async (_title, publisher, options, code) => {
    const leaf = await leafOf(options);
    expect(codeOf(() => assertPublisher(leaf, publisher))).toBe(code);
  });
});
