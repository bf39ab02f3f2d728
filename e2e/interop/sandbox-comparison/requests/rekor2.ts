// SPDX-License-Identifier: Apache-2.0
import { sign } from 'node:crypto';
import {
  base64,
  digest,
  ed25519ph,
  type KeyPair,
  keys,
  pem,
  selfSigned,
  signature,
  spkiDer,
  spkiPem,
} from '../material.ts';
import { type ComparedRequest, requestsOf } from '../request.ts';

const ENTRIES = '/api/v2/log/entries';
const P256 = 'PKIX_ECDSA_P256_SHA_256';
const request = requestsOf('rekor2', 'application/json');
const reading = requestsOf('rekor2Tiles', 'application/json');

interface Verifier {
  publicKey?: { rawBytes?: string };
  x509Certificate?: { rawBytes?: string };
  keyDetails?: unknown;
}

interface Hashedrekord {
  digest?: string;
  signature?: { content?: string; verifier?: Verifier };
  x?: number;
}

interface Terms {
  readonly algorithm?: string;
  readonly keyDetails?: unknown;
  readonly edit?: (request: Hashedrekord) => void;
}

let serial = 0;
function hashedrekord(
  pair: KeyPair = keys.p256,
  terms: Terms = {},
): { hashedRekordRequestV002: Hashedrekord } {
  const { algorithm = 'sha256', keyDetails = P256, edit } = terms;
  const text = `text ${(serial += 1)}`;
  const entry: Hashedrekord = {
    digest: base64(digest(text, algorithm)),
    signature: {
      content: base64(signature(text, pair, algorithm)),
      verifier: { publicKey: { rawBytes: base64(spkiDer(pair)) }, keyDetails },
    },
  };
  edit?.(entry);
  return { hashedRekordRequestV002: entry };
}

function adding(name: string, body: string | object): ComparedRequest {
  return request(name, ENTRIES, { body });
}

function editing(name: string, edit: (entry: Hashedrekord) => void): ComparedRequest {
  return adding(name, hashedrekord(keys.p256, { edit }));
}

function signing(
  name: string,
  change: (signed: NonNullable<Hashedrekord['signature']>) => void,
): ComparedRequest {
  return editing(name, ({ signature: signed }) => change(signed ?? {}));
}

function verifying(name: string, change: (verifier: Verifier) => void): ComparedRequest {
  return signing(name, ({ verifier }) => change(verifier ?? {}));
}

function keyed(name: string, rawBytes: string): ComparedRequest {
  return verifying(name, (verifier) => void (verifier.publicKey = { rawBytes }));
}

function certified(name: string, certificate: Uint8Array): ComparedRequest {
  return verifying(name, (verifier) => {
    delete verifier.publicKey;
    verifier.x509Certificate = { rawBytes: base64(certificate) };
  });
}

function prehashed(): object {
  const { text, signature: signed, pair } = ed25519ph();
  const terms = { algorithm: 'sha512', keyDetails: 'PKIX_ED25519_PH' };
  const edit = (entry: Hashedrekord): void => {
    entry.digest = base64(digest(text, 'sha512'));
    if (entry.signature) entry.signature.content = base64(signed);
  };
  return hashedrekord(pair, { ...terms, edit });
}

function urlSafe(text = ''): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The same number pair without the DER around it, over a text of its own. */
function flatSignature(entry: Hashedrekord): void {
  const text = Buffer.from('a text');
  entry.digest = base64(digest(text));
  if (entry.signature)
    entry.signature.content = base64(
      sign('sha256', text, { key: keys.p256.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
}

function goodRequests(): ComparedRequest[] {
  const { p384, p521, rsa2048 } = keys;
  const good = hashedrekord();
  const { digest: hash, signature: signed } = hashedrekord().hashedRekordRequestV002;
  const verifier = { public_key: { raw_bytes: base64(spkiDer(keys.p256)) }, key_details: P256 };
  const original = { digest: hash, signature: { content: signed?.content, verifier } };
  return [
    adding('an entry', good),
    adding('the entry again', good),
    adding('P-384', hashedrekord(p384, { algorithm: 'sha384', keyDetails: 'PKIX_ECDSA_P384_SHA_384' })),
    adding('P-521', hashedrekord(p521, { algorithm: 'sha512', keyDetails: 'PKIX_ECDSA_P521_SHA_512' })),
    adding('RSA', hashedrekord(rsa2048, { keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256' })),
    adding(
      'RSA under a longer key’s name',
      hashedrekord(rsa2048, { keyDetails: 'PKIX_RSA_PKCS1V15_3072_SHA256' }),
    ),
    adding('RSA under the name of PSS', hashedrekord(rsa2048, { keyDetails: 'PKIX_RSA_PSS_2048_SHA256' })),
    adding('Ed25519ph', prehashed()),
    certified('a certificate', selfSigned(keys.p256)),
    adding('an algorithm by its number', hashedrekord(keys.p256, { keyDetails: 5 })),
    adding('original field names', { hashed_rekord_request_v002: original }),
    signing('a signature in URL-safe base64', (each) => void (each.content = urlSafe(each.content))),
    editing('a signature in two halves', flatSignature),
    adding('more after the object', `${JSON.stringify(hashedrekord())} x`),
    request('text as the media type', ENTRIES, {
      body: hashedrekord(),
      headers: { 'content-type': 'text/plain' },
    }),
    request('no media type', ENTRIES, { body: hashedrekord(), headers: { 'content-type': undefined } }),
    request('another accepted type', ENTRIES, {
      body: hashedrekord(),
      headers: { accept: 'application/xml' },
    }),
  ];
}

function algorithmRequests(): ComparedRequest[] {
  const { p256, p384, ed25519, rsa1024, rsa2048 } = keys;
  return [
    adding('P-384 with SHA-256', hashedrekord(p384)),
    adding(
      'P-256 under the name of P-384',
      hashedrekord(p256, { algorithm: 'sha384', keyDetails: 'PKIX_ECDSA_P384_SHA_384' }),
    ),
    adding('RSA of 1024 bits', hashedrekord(rsa1024, { keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256' })),
    adding('RSA of an older name', hashedrekord(rsa2048, { keyDetails: 'PKIX_RSA_PKCS1V5' })),
    adding('Ed25519', hashedrekord(ed25519, { keyDetails: 'PKIX_ED25519' })),
    adding(
      'Ed25519 under the name of Ed25519ph',
      hashedrekord(ed25519, { algorithm: 'sha512', keyDetails: 'PKIX_ED25519_PH' }),
    ),
    adding('P-256 under the name of Ed25519', hashedrekord(p256, { keyDetails: 'PKIX_ED25519' })),
    verifying('no algorithm', (verifier) => void delete verifier.keyDetails),
    adding(
      'the algorithm that says nothing',
      hashedrekord(p256, { keyDetails: 'PUBLIC_KEY_DETAILS_UNSPECIFIED' }),
    ),
    adding('an unknown algorithm', hashedrekord(p256, { keyDetails: 'NOPE' })),
    adding('an unknown number of an algorithm', hashedrekord(p256, { keyDetails: 99 })),
  ];
}

function badRequests(): ComparedRequest[] {
  return [
    editing('no digest', (entry) => void delete entry.digest),
    editing('a short digest', (entry) => void (entry.digest = 'AAAA')),
    editing('another digest', (entry) => void (entry.digest = base64(digest('other')))),
    editing('a digest of zeros', (entry) => void (entry.digest = base64(Buffer.alloc(32)))),
    editing('no signature', (entry) => void delete entry.signature),
    editing('an unknown field within', (entry) => void (entry.x = 1)),
    signing('no content of the signature', (signed) => void delete signed.content),
    signing('a signature that is no base64', (signed) => void (signed.content = '***')),
    signing('bytes that are no signature', (signed) => void (signed.content = 'AAAA')),
    signing('a byte after the signature', (signed) => {
      signed.content = base64(Buffer.concat([Buffer.from(signed.content ?? '', 'base64'), Buffer.of(0)]));
    }),
    signing('no verifier', (signed) => void delete signed.verifier),
    verifying('no key', (verifier) => void delete verifier.publicKey),
    verifying('an empty key', (verifier) => void (verifier.publicKey = {})),
    keyed('a key that is none', 'AAAA'),
    keyed('another key', base64(spkiDer(keys.other))),
    keyed('a key and more', base64(Buffer.concat([spkiDer(keys.p256), Buffer.of(5, 0)]))),
    keyed('a key in PEM', base64(spkiPem(keys.p256))),
    certified('a certificate that is none', Buffer.from('none')),
    certified('a certificate of another', selfSigned(keys.other)),
    certified('a certificate and more', Buffer.concat([selfSigned(keys.p256), Buffer.of(5, 0)])),
    certified('a certificate in PEM', Buffer.from(pem(selfSigned(keys.p256), 'CERTIFICATE'))),
    verifying(
      'a key and a certificate',
      (verifier) => void (verifier.x509Certificate = { rawBytes: 'AAAA' }),
    ),
    adding('an unknown field', { ...hashedrekord(), x: 1 }),
    adding('an envelope', { dsseRequestV002: { envelope: {}, verifiers: [] } }),
    adding('an entry of version 1', { apiVersion: '0.0.1', kind: 'hashedrekord', spec: {} }),
    adding('an empty object', {}),
    adding('no body', ''),
    adding('half of an object', '{'),
    adding('text', 'hello'),
    adding('a list', '[]'),
    adding('null', 'null'),
    adding('a number', '3'),
    adding('a request that is null', { hashedRekordRequestV002: null }),
    adding('a request that is text', { hashedRekordRequestV002: 'x' }),
    adding('an empty request', { hashedRekordRequestV002: {} }),
    adding('a field twice', '{"hashedRekordRequestV002":{},"hashedRekordRequestV002":{}}'),
    adding('a body beyond the limit', { hashedRekordRequestV002: { digest: 'A'.repeat(5 << 20) } }),
  ];
}

function otherRequests(): ComparedRequest[] {
  return [
    request('the entries by GET', ENTRIES),
    request('an entry by PUT', ENTRIES, { method: 'PUT', body: hashedrekord() }),
    request('options', ENTRIES, { method: 'OPTIONS' }),
    request('a slash after the path', `${ENTRIES}/`, { body: hashedrekord() }),
    request('the path of version 1', '/api/v1/log/entries', { body: hashedrekord() }),
    request('an unknown path', '/nope'),
    request('the root', '/'),
    request('health', '/healthz'),
    request('health by POST', '/healthz', { body: {} }),
    request('the head of health', '/healthz', { method: 'HEAD' }),
    request('the checkpoint by POST', '/api/v2/checkpoint', { body: {} }),
    request('the checkpoint of the writing side', '/api/v2/checkpoint'),
    request('a tile of the writing side', '/api/v2/tile/0/000.p/1'),
    request('entries of the writing side', '/api/v2/tile/entries/000.p/1'),
  ];
}

/** What Rekor v2 is asked, and then its tiles. */
export function rekor2Requests(): ComparedRequest[] {
  return [
    ...goodRequests(),
    ...algorithmRequests(),
    ...badRequests(),
    ...otherRequests(),
    reading('the checkpoint', '/checkpoint'),
    reading('a tile', '/tile/0/000.p/1'),
    reading('entries', '/tile/entries/000.p/1'),
    reading('a whole tile that is not there', '/tile/0/000'),
    reading('a tile of a level that is not there', '/tile/1/000.p/1'),
    reading('a path that is no tile', '/tile/x'),
  ];
}
