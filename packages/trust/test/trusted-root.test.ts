// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseTrustedRoot, parseTrustedRoots, TrustError } from '../src/index.ts';
import {
  authority,
  base64Sha256,
  certificate,
  keys,
  log,
  p256Log,
  ROOT_MEDIA_TYPE,
  spkiOf,
  START,
  trustedRoot,
} from './documents.ts';

const ed25519Bytes = spkiOf(keys.ed25519).subarray(-32);
const ed25519Id = (origin: string) => base64Sha256(`${origin}\n\u0001`, ed25519Bytes);
const ed25519Log = (changes: object) => log(keys.ed25519, 'PKIX_ED25519', { log: changes });
const otherId = base64Sha256('another key');
const short = (id: string) => Buffer.from(id, 'base64').subarray(0, 4).toString('base64');
const p256Id = base64Sha256(spkiOf(keys.p256));

function refusal(place: string) {
  return expect.objectContaining({ code: 'ERR_TRUSTED_ROOT', message: expect.stringContaining(place) });
}

describe('parseTrustedRoot', () => {
  it.each([
    ROOT_MEDIA_TYPE,
    'application/vnd.dev.sigstore.trustedroot.v0.1+json',
    'application/vnd.dev.sigstore.trustedroot.v0.2+json',
  ])('reads %s', (mediaType) => {
    const root = parseTrustedRoot(trustedRoot({ mediaType }));
    expect(root.transparencyLogs[0]).toMatchObject({
      baseUrl: 'https://log.example',
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: new Date(START) },
    });
    expect(root.certificateAuthorities[0]).toMatchObject({
      uri: 'https://ca.example',
      subject: { organization: 'o', commonName: 'c' },
      chain: [new Uint8Array(Buffer.from(certificate, 'base64'))],
    });
  });

  it.each([
    'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
    'application/vnd.dev.sigstore.trustedroot.v0.3+json',
    `${ROOT_MEDIA_TYPE} `,
    'application/json',
    '',
    null,
  ])('refuses the media type %s', (mediaType) => {
    expect(() => parseTrustedRoot(trustedRoot({ mediaType }))).toThrowError(refusal('$.mediaType'));
  });

  it('reads lists that are absent or null as empty', () => {
    const root = parseTrustedRoot(trustedRoot({ tlogs: null, ctlogs: undefined, timestampAuthorities: [] }));
    expect(root).toMatchObject({ transparencyLogs: [], ctLogs: [], timestampAuthorities: [] });
  });

  it('takes null for a field that is left out, and leaves nulls out of what it hands on', () => {
    const validFor = { start: START, end: null };
    const changes = { publicKey: { validFor }, log: { checkpointKeyId: null, operator: null } };
    const root = parseTrustedRoot(
      trustedRoot({
        tlogs: [p256Log(changes)],
        certificateAuthorities: [authority({ validFor, uri: null, subject: null, operator: null })],
      }),
    );
    expect(root.transparencyLogs[0]).not.toHaveProperty('operator');
    expect(root.transparencyLogs[0]?.validFor).toEqual({ start: new Date(START) });
  });

  it('keeps times beyond the second, and the operator', () => {
    const validFor = { start: START, end: '2024-12-31T23:59:59.999000Z' };
    const root = parseTrustedRoot(
      trustedRoot({
        ctlogs: [p256Log({ publicKey: { validFor }, log: { operator: 'o' } })],
        timestampAuthorities: [authority({ validFor, operator: 'o' })],
      }),
    );
    const expected = { operator: 'o', validFor: { end: new Date('2024-12-31T23:59:59.999Z') } };
    expect(root.ctLogs[0]).toMatchObject(expected);
    expect(root.timestampAuthorities[0]).toMatchObject(expected);
  });

  it.each<[string, object, string]>([
    ['an unknown key', { extra: 1 }, '"extra"'],
    ['a list that is an object', { tlogs: {} }, '$.tlogs'],
    ['an unknown key in a log', { tlogs: [p256Log({ log: { extra: 1 } })] }, '"extra"'],
    ['an unknown key in a public key', { tlogs: [p256Log({ publicKey: { extra: 1 } })] }, '"extra"'],
    ['an unknown key in an authority', { certificateAuthorities: [authority({ extra: 1 })] }, '"extra"'],
    ['another hash', { tlogs: [p256Log({ log: { hashAlgorithm: 'SHA2_512' } })] }, 'hashAlgorithm'],
    ['no hash', { ctlogs: [p256Log({ log: { hashAlgorithm: undefined } })] }, 'hashAlgorithm'],
    ['an empty address', { tlogs: [p256Log({ log: { baseUrl: '' } })] }, 'baseUrl'],
    ['no validity of a log key', { tlogs: [p256Log({ publicKey: { validFor: undefined } })] }, 'validFor'],
    ['a log key without start', { tlogs: [p256Log({ publicKey: { validFor: {} } })] }, 'start'],
    [
      'a CT log key without start',
      { ctlogs: [p256Log({ publicKey: { validFor: { end: START } } })] },
      'start',
    ],
    ['a null start', { ctlogs: [p256Log({ publicKey: { validFor: { start: null } } })] }, 'start'],
    [
      'an authority without validity',
      { certificateAuthorities: [authority({ validFor: null })] },
      'validFor',
    ],
    ['an authority without start', { certificateAuthorities: [authority({ validFor: {} })] }, 'start'],
    ['a timestamp authority without start', { timestampAuthorities: [authority({ validFor: {} })] }, 'start'],
    [
      'a day without time',
      { certificateAuthorities: [authority({ validFor: { start: '2024-01-01' } })] },
      'start',
    ],
    [
      'an end before the start',
      { certificateAuthorities: [authority({ validFor: { start: START, end: '2023-01-01T00:00:00Z' } })] },
      'end',
    ],
    [
      'no certificate',
      { certificateAuthorities: [authority({ certChain: { certificates: [] } })] },
      'certChain',
    ],
    [
      'a certificate that is none',
      { certificateAuthorities: [authority({ certChain: { certificates: [{ rawBytes: 'AAAA' }] } })] },
      'certificates[0].rawBytes',
    ],
    [
      'a certificate with bytes after it',
      {
        certificateAuthorities: [
          authority({
            certChain: {
              certificates: [
                { rawBytes: Buffer.from([...Buffer.from(certificate, 'base64'), 0]).toString('base64') },
              ],
            },
          }),
        ],
      },
      'certificates[0].rawBytes',
    ],
  ])('refuses %s', (_title, changes, place) => {
    expect(() => parseTrustedRoot(trustedRoot(changes))).toThrowError(refusal(place));
  });

  it('refuses a key named twice', () => {
    const text = trustedRoot().replace('{', '{"tlogs":[],');
    expect(() => parseTrustedRoot(text)).toThrowError(refusal('"tlogs"'));
  });
});

describe('the key of a log', () => {
  const pkcs1 = spkiOf(keys.rsa).subarray(24);

  it.each<[string, object, string]>([
    ['P-256', p256Log(), 'ec'],
    ['Ed25519', ed25519Log({}), 'ed25519'],
    ['RSA', log(keys.rsa, 'PKIX_RSA_PKCS1V15_2048_SHA256'), 'rsa'],
    ['RSA of no said size', log(keys.rsa, 'PKIX_RSA_PKCS1V5'), 'rsa'],
    [
      'bare RSA',
      log(keys.rsa, 'PKCS1_RSA_PKCS1V5', { publicKey: { rawBytes: pkcs1.toString('base64') } }),
      'rsa',
    ],
  ])('is read when it is %s', (_title, ctlog, type) => {
    const { ctLogs } = parseTrustedRoot(trustedRoot({ ctlogs: [ctlog] }));
    expect(ctLogs[0]?.publicKey.asymmetricKeyType).toBe(type);
  });

  it.each<[string, object]>([
    ['of an unknown kind', log(keys.p256, 'PKIX_ML_DSA_65')],
    ['of a kind named like a method', log(keys.p256, 'constructor')],
    ['not of the kind it says', log(keys.ed25519, 'PKIX_ECDSA_P256_SHA_256')],
    ['not on the curve it says', log(keys.p256, 'PKIX_ECDSA_P384_SHA_384')],
    ['not of the size it says', log(keys.rsa, 'PKIX_RSA_PKCS1V15_4096_SHA256')],
    [
      'bare where it must not be',
      log(keys.rsa, 'PKIX_RSA_PKCS1V5', { publicKey: { rawBytes: pkcs1.toString('base64') } }),
    ],
    ['wrapped where it must be bare', log(keys.rsa, 'PKCS1_RSA_PKCS1V5')],
    ['empty', p256Log({ publicKey: { rawBytes: '' } })],
    [
      'followed by more',
      p256Log({ publicKey: { rawBytes: Buffer.from([...spkiOf(keys.p256), 0]).toString('base64') } }),
    ],
  ])('is refused when it is %s', (_title, tlog) => {
    expect(() => parseTrustedRoot(trustedRoot({ tlogs: [tlog] }))).toThrowError(
      refusal('$.tlogs[0].publicKey'),
    );
  });
});

describe('the id of a log', () => {
  const rsaType = Buffer.from([0xff, ...Buffer.from('PKIX-RSA-PKCS#1v1.5')]);
  const rsaId = base64Sha256('log.example\n', rsaType, spkiOf(keys.rsa));

  it.each<[string, object]>([
    ['the hash of the key', ed25519Log({})],
    ['the key id under its host', ed25519Log({ logId: { keyId: ed25519Id('log.example') } })],
    [
      'the key id under its host, at another port',
      ed25519Log({ baseUrl: 'http://localhost:3000', logId: { keyId: ed25519Id('localhost') } }),
    ],
    [
      'the key id under host and path',
      ed25519Log({ baseUrl: 'https://h.example/2026/', logId: { keyId: ed25519Id('h.example/2026') } }),
    ],
    ['the key id under a bare name', ed25519Log({ baseUrl: 'h', logId: { keyId: ed25519Id('h') } })],
    ['the key id of an RSA key', log(keys.rsa, 'PKIX_RSA_PKCS1V5', { log: { logId: { keyId: rsaId } } })],
  ])('may be %s', (_title, tlog) => {
    expect(parseTrustedRoot(trustedRoot({ tlogs: [tlog] })).transparencyLogs).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['of another key', { tlogs: [p256Log({ log: { logId: { keyId: otherId } } })] }],
    ['under another origin', { tlogs: [ed25519Log({ logId: { keyId: ed25519Id('evil.example') } })] }],
    ['cut short', { tlogs: [p256Log({ log: { logId: { keyId: short(p256Id) } } })] }],
    ['missing', { tlogs: [p256Log({ log: { logId: null } })] }],
    [
      'that of a checkpoint, in a CT log',
      { ctlogs: [ed25519Log({ logId: { keyId: ed25519Id('log.example') } })] },
    ],
  ])('is refused when it is %s', (_title, changes) => {
    expect(() => parseTrustedRoot(trustedRoot(changes))).toThrowError(refusal('logId'));
  });

  it.each([
    ['whole', p256Id],
    ['cut to four bytes', short(p256Id)],
  ])('keeps a checkpoint key id that is %s beside the id of the log', (_title, keyId) => {
    const root = parseTrustedRoot(trustedRoot({ tlogs: [p256Log({ log: { checkpointKeyId: { keyId } } })] }));
    expect(root.transparencyLogs[0]?.checkpointKeyId).toEqual(new Uint8Array(Buffer.from(keyId, 'base64')));
    expect(root.transparencyLogs[0]?.logId).toEqual(new Uint8Array(Buffer.from(p256Id, 'base64')));
  });

  it.each([
    ['of another key', short(otherId)],
    ['of another length', Buffer.from(p256Id, 'base64').subarray(0, 5).toString('base64')],
    ['empty', ''],
  ])('refuses a checkpoint key id that is %s', (_title, keyId) => {
    const tlogs = [p256Log({ log: { checkpointKeyId: { keyId } } })];
    expect(() => parseTrustedRoot(trustedRoot({ tlogs }))).toThrowError(refusal('checkpointKeyId'));
  });
});

describe('parseTrustedRoots', () => {
  it('reads one document', () => {
    expect(parseTrustedRoots(trustedRoot(), { jsonl: false })).toHaveLength(1);
  });

  it.each([
    ['each line', `${trustedRoot()}\n${trustedRoot()}\n`, 2],
    ['a last line that does not end', `${trustedRoot()}\r\n\r\n${trustedRoot()}`, 2],
  ])('reads %s', (_title, text, count) => {
    expect(parseTrustedRoots(Buffer.from(text), { jsonl: true })).toHaveLength(count);
  });

  it.each([
    ['a file of blank lines', '\n \n'],
    ['a second line that is no root', `${trustedRoot()}\n{}`],
    ['bytes that are not UTF-8', new Uint8Array([0xff])],
  ])('refuses %s', (_title, source) => {
    expect(() => parseTrustedRoots(source, { jsonl: true })).toThrowError(TrustError);
  });
});
