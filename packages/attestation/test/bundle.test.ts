// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AttestationError,
  bundleToJson,
  encodeBundle,
  parseBundle,
  type SigstoreBundle,
} from '../src/index.ts';
import { bundle as anyBundle } from './arbitraries.ts';

const bytes = Buffer.from('bytes').toString('base64');
const hash = Buffer.alloc(32).toString('base64');
const proof = {
  logIndex: '1',
  rootHash: hash,
  treeSize: '2',
  hashes: [hash],
  checkpoint: { envelope: 'note' },
};
const entry = {
  logIndex: '7',
  logId: { keyId: bytes },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  integratedTime: '1700000000',
  inclusionPromise: { signedEntryTimestamp: bytes },
  inclusionProof: proof,
  canonicalizedBody: bytes,
};
const dsseEnvelope = { payload: bytes, payloadType: 'text/plain', signatures: [{ sig: bytes }] };
const messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: hash }, signature: bytes };
const certificate = { rawBytes: bytes };
const x509CertificateChain = { certificates: [certificate, certificate] };

const V01 = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
const V02 = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
const V03 = 'application/vnd.dev.sigstore.bundle.v0.3+json';

interface Changes {
  readonly mediaType?: unknown;
  readonly material?: object;
  readonly entry?: object;
  readonly proof?: object;
  readonly content?: object;
}

// A valid document of the version, but for the changes.
function document(changes: Changes = {}): string {
  const { mediaType = V03 } = changes;
  const signer = mediaType === V01 || mediaType === V02 ? { x509CertificateChain } : { certificate };
  const tlogEntries = [{ ...entry, inclusionProof: { ...proof, ...changes.proof }, ...changes.entry }];
  return JSON.stringify({
    mediaType,
    verificationMaterial: { ...signer, tlogEntries, ...changes.material },
    ...(changes.content ?? { dsseEnvelope }),
  });
}

function repeat<T>(item: T, count: number): T[] {
  return Array.from({ length: count }, () => item);
}

function code(expected: string) {
  return expect.objectContaining({ code: expected });
}

describe('parseBundle', () => {
  it.each([
    [V01, '0.1'],
    [V02, '0.2'],
    ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
    [V03, '0.3'],
  ])('reads %s', (mediaType, version) => {
    expect(parseBundle(document({ mediaType })).version).toBe(version);
  });

  it.each([
    'application/vnd.dev.sigstore.bundle+json;version=0.4',
    'application/vnd.dev.sigstore.bundle.v0.9+json',
    'application/vnd.dev.sigstore.bundle.v0.3+json-evil',
    'application/vnd.dev.sigstore.bundle.v0.3+json ',
    'Application/vnd.dev.sigstore.bundle.v0.3+json',
    'application/vnd.dev.sigstore.bundle.v0.2+json',
    'application/vnd.dev.sigstore.bundle+json;version=99.9',
    'application/json',
    '',
    null,
    3,
  ])('refuses the media type %s', (mediaType) => {
    expect(() => parseBundle(document({ mediaType }))).toThrowError(code('ERR_BUNDLE'));
  });

  it('keeps every part', () => {
    const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: bytes }] };
    const bundle = parseBundle(document({ material: { timestampVerificationData } }));
    expect(bundle).toEqual({
      version: '0.3',
      keyMaterial: { kind: 'certificate', chain: [Buffer.from('bytes')].map((b) => new Uint8Array(b)) },
      transparencyEntries: [
        {
          logIndex: 7n,
          logId: new Uint8Array(Buffer.from('bytes')),
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: 1_700_000_000n,
          inclusionPromise: new Uint8Array(Buffer.from('bytes')),
          inclusionProof: {
            logIndex: 1n,
            rootHash: new Uint8Array(32),
            treeSize: 2n,
            hashes: [new Uint8Array(32)],
            checkpoint: 'note',
          },
          canonicalizedBody: new Uint8Array(Buffer.from('bytes')),
        },
      ],
      timestamps: [new Uint8Array(Buffer.from('bytes'))],
      content: {
        kind: 'dsse',
        payload: new Uint8Array(Buffer.from('bytes')),
        payloadType: 'text/plain',
        signature: new Uint8Array(Buffer.from('bytes')),
        keyid: '',
      },
    });
  });

  it.each<[string, Changes]>([
    ['no timestamps', { material: { timestampVerificationData: null } }],
    ['an empty timestamp object', { material: { timestampVerificationData: {} } }],
    ['an empty list of timestamps', { material: { timestampVerificationData: { rfc3161Timestamps: [] } } }],
    ['no log entry', { material: { tlogEntries: [] } }],
    ['the unused fields null', { material: { publicKey: null, x509CertificateChain: null } }],
    ['the unused content null', { content: { dsseEnvelope, messageSignature: null } }],
    [
      'a message without a digest',
      { content: { messageSignature: { signature: bytes, messageDigest: null } } },
    ],
    [
      'an empty key id',
      { content: { dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig: bytes, keyid: '' }] } } },
    ],
    ['a proof in v0.1 without checkpoint', { mediaType: V01, proof: { checkpoint: null } }],
    ['no proof in v0.1', { mediaType: V01, entry: { inclusionProof: undefined } }],
    ['no promise in v0.2', { mediaType: V02, entry: { inclusionPromise: undefined } }],
    ['no promise in v0.3', { entry: { inclusionPromise: null, integratedTime: null } }],
    ['a public key with no hint', { material: { certificate: null, publicKey: {} } }],
  ])('takes %s', (_title, changes) => {
    expect(parseBundle(document(changes))).toMatchObject({ timestamps: [] });
  });

  it('takes numbers and lists that protobuf leaves out for their defaults', () => {
    const bundle = parseBundle(
      document({
        entry: { logIndex: undefined, integratedTime: '0' },
        proof: { logIndex: undefined, treeSize: '1', hashes: undefined },
      }),
    );
    expect(bundle.transparencyEntries[0]).toMatchObject({
      logIndex: 0n,
      integratedTime: undefined,
      inclusionProof: { logIndex: 0n, hashes: [] },
    });
  });

  it.each<[string, Changes]>([
    ['a chain in v0.3', { material: { certificate: undefined, x509CertificateChain } }],
    [
      'a lone certificate in v0.2',
      { mediaType: V02, material: { x509CertificateChain: undefined, certificate } },
    ],
    ['an empty chain', { mediaType: V01, material: { x509CertificateChain: { certificates: [] } } }],
    [
      'an endless chain',
      { mediaType: V01, material: { x509CertificateChain: { certificates: repeat(certificate, 17) } } },
    ],
    ['a certificate and a key', { material: { publicKey: { hint: 'x' } } }],
    ['no signer', { material: { certificate: undefined } }],
    ['an empty certificate', { material: { certificate: { rawBytes: '' } } }],
    ['an unknown field', { material: { extra: 1 } }],
    ['an unknown content', { content: { dsseEnvelope, other: {} } }],
    ['both contents', { content: { dsseEnvelope, messageSignature } }],
    ['no content', { content: {} }],
    ['no signature', { content: { dsseEnvelope: { ...dsseEnvelope, signatures: [] } } }],
    [
      'two signatures',
      { content: { dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig: bytes }, { sig: bytes }] } } },
    ],
    ['an empty signature', { content: { messageSignature: { signature: '' } } }],
    [
      'an unknown hash',
      {
        content: {
          messageSignature: { signature: bytes, messageDigest: { algorithm: 'MD5', digest: hash } },
        },
      },
    ],
    [
      'a hash named like a method',
      {
        content: {
          messageSignature: { signature: bytes, messageDigest: { algorithm: 'toString', digest: hash } },
        },
      },
    ],
    [
      'a digest of the wrong length',
      {
        content: {
          messageSignature: { signature: bytes, messageDigest: { algorithm: 'SHA2_512', digest: hash } },
        },
      },
    ],
    ['no promise in v0.1', { mediaType: V01, entry: { inclusionPromise: undefined } }],
    ['no proof in v0.2', { mediaType: V02, entry: { inclusionProof: undefined } }],
    ['no checkpoint in v0.3', { proof: { checkpoint: undefined } }],
    ['an index in a tree without it', { proof: { logIndex: '2' } }],
    ['a short root hash', { proof: { rootHash: bytes } }],
    ['a proof of 65 hashes', { proof: { hashes: Array(65).fill(hash) } }],
    ['a negative index', { entry: { logIndex: '-1' } }],
    ['an index that is a number', { entry: { logIndex: 7 } }],
    ['an index in other digits', { entry: { logIndex: '٧' } }],
    ['an index of 2^63', { entry: { logIndex: String(1n << 63n) } }],
    ['an index with a leading zero', { entry: { logIndex: '07' } }],
    ['a time with a space', { entry: { integratedTime: ' 5' } }],
    ['a body in base64url', { entry: { canonicalizedBody: '__--' } }],
    ['a body with junk', { entry: { canonicalizedBody: `${bytes}!!` } }],
    ['no body', { entry: { canonicalizedBody: null } }],
    ['an unnamed kind', { entry: { kindVersion: { kind: '', version: '1' } } }],
    ['too many entries', { material: { tlogEntries: repeat(entry, 33) } }],
  ])('refuses %s', (_title, changes) => {
    expect(() => parseBundle(document(changes))).toThrowError(code('ERR_BUNDLE'));
  });

  it.each([
    ['text that is not JSON', '{', 'ERR_JSON'],
    [
      'a key named twice',
      document().replace('"tlogEntries"', '"certificate":{"rawBytes":"AAAA"},"tlogEntries"'),
      'ERR_JSON',
    ],
    ['bytes that are not UTF-8', new Uint8Array([0xff]), 'ERR_JSON'],
    ['nothing', '', 'ERR_JSON'],
    ['a list', '[]', 'ERR_JSON_KIND'],
    ['a bundle in a list', `[${document()}]`, 'ERR_JSON_KIND'],
    [
      'another document of Sigstore',
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json"}',
      'ERR_JSON_KIND',
    ],
    ['a bundle of tomorrow', '{"mediaType":"application/vnd.dev.sigstore.bundle.v9+json"}', 'ERR_BUNDLE'],
  ])('tells %s apart', (_title, source, wanted) => {
    expect(() => parseBundle(source)).toThrowError(code(wanted));
  });

  it('lets only typed errors out, whatever the JSON', () => {
    const places = fc.constantFrom('verificationMaterial', 'dsseEnvelope', 'messageSignature', 'mediaType');
    fc.assert(
      fc.property(fc.json(), places, (text, place) => {
        expect(() => parseBundle(text)).toThrowError(AttestationError);
        try {
          parseBundle(JSON.stringify({ ...JSON.parse(document()), [place]: JSON.parse(text) }));
        } catch (error) {
          expect(error).toBeInstanceOf(AttestationError);
        }
      }),
    );
  });
});

describe('encodeBundle', () => {
  it('is undone by parseBundle', () => {
    fc.assert(
      fc.property(anyBundle, (bundle) => {
        expect(parseBundle(encodeBundle(bundle))).toEqual(bundle);
        expect(JSON.stringify(bundleToJson(bundle))).toBe(encodeBundle(bundle).trimEnd());
      }),
    );
  });

  it('writes one line, and v0.3 by its newer media type', () => {
    const text = encodeBundle(parseBundle(document()));
    expect(text.startsWith(`{"mediaType":"${V03}",`)).toBe(true);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual(JSON.parse(document()));
  });

  it.each<[string, (bundle: SigstoreBundle) => SigstoreBundle]>([
    [
      'a chain in v0.3',
      (bundle) => ({
        ...bundle,
        keyMaterial: { kind: 'certificate', chain: [new Uint8Array(1), new Uint8Array(1)] },
      }),
    ],
    [
      'a log entry without proof',
      (bundle) => ({
        ...bundle,
        transparencyEntries: bundle.transparencyEntries.map((e) => ({ ...e, inclusionProof: undefined })),
      }),
    ],
  ])('refuses %s', (_title, change) => {
    expect(() => encodeBundle(change(parseBundle(document())))).toThrowError(code('ERR_BUNDLE'));
  });
});
