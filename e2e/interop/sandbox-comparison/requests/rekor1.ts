// SPDX-License-Identifier: Apache-2.0
import {
  base64,
  digest,
  ed25519ph,
  type KeyPair,
  keys,
  pem,
  selfSigned,
  signature,
  spkiPem,
} from '../material.ts';
import { type ComparedRequest, requestsOf } from '../request.ts';
import { rekor1Reads } from './rekor1-reads.ts';

const ENTRIES = '/api/v1/log/entries';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const request = requestsOf('rekor1', 'application/json');

const payload = '{"_type":"https://in-toto.io/Statement/v1"}';
const verifier = base64(spkiPem(keys.p256));
const good = envelope(payload, keys.p256);
const goodEntry = dsse(good, verifier);

/** The first entry that is taken: others are looked for by what it answers. */
export const FIRST_ENTRY = 'an envelope';

function envelope(content: string, ...signers: readonly KeyPair[]): string {
  const message = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${content.length} ${content}`;
  const signatures = signers.map((pair) => ({ sig: base64(signature(message, pair)) }));
  return JSON.stringify({ payload: base64(content), payloadType: PAYLOAD_TYPE, signatures });
}

function dsse(text: string, ...verifiers: readonly unknown[]) {
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope: text, verifiers } } };
}

/** An envelope over a payload of its own, with some of its text replaced. */
function changed(name: string, from: string | RegExp, to: string): ComparedRequest {
  return adding(name, dsse(good.replace(from, to), verifier));
}

function adding(name: string, body: string | object): ComparedRequest {
  return request(name, ENTRIES, { body });
}

interface HashedrekordSpec {
  signature?: { content: string; publicKey?: { content: string } };
  data?: { hash?: { algorithm?: string; value?: string } };
}

let serial = 0;
function hashedrekord(pair: KeyPair, algorithm = 'sha256', edit?: (spec: HashedrekordSpec) => void) {
  const text = `text ${(serial += 1)}`;
  const spec: HashedrekordSpec = {
    signature: {
      content: base64(signature(text, pair, algorithm)),
      publicKey: { content: base64(spkiPem(pair)) },
    },
    data: { hash: { algorithm, value: digest(text, algorithm).toString('hex') } },
  };
  edit?.(spec);
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
}

function prehashed(): object {
  const { text, signature: signed, pair } = ed25519ph();
  return hashedrekord(pair, 'sha512', (spec) => {
    if (spec.signature) spec.signature.content = base64(signed);
    if (spec.data?.hash) spec.data.hash.value = digest(text, 'sha512').toString('hex');
  });
}

function hashing(name: string, edit: (spec: HashedrekordSpec) => void): ComparedRequest {
  return adding(name, hashedrekord(keys.p256, 'sha256', edit));
}

function keyed(name: string, content: string): ComparedRequest {
  return hashing(name, ({ signature: signed }) => void (signed && (signed.publicKey = { content })));
}

function signedBy(name: string, content: string): ComparedRequest {
  return hashing(name, ({ signature: signed }) => void (signed && (signed.content = content)));
}

function hashed(
  name: string,
  change: (hash: { algorithm?: string; value?: string }) => void,
): ComparedRequest {
  return hashing(name, ({ data }) => change(data?.hash ?? {}));
}

function verifierOf(pair: KeyPair): string {
  return base64(spkiPem(pair));
}

function envelopeRequests(): ComparedRequest[] {
  const { p256, other, p384, ed25519, rsa2048 } = keys;
  const unsigned = JSON.stringify({ payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures: [] });
  const undecodable = JSON.stringify({
    payload: '***',
    payloadType: PAYLOAD_TYPE,
    signatures: [{ sig: 'AAAA' }],
  });
  const hash = { algorithm: 'sha256', value: digest(good).toString('hex') };
  const repeated = {
    envelopeHash: hash,
    payloadHash: { algorithm: 'sha256', value: digest(payload).toString('hex') },
    signatures: [{ signature: 'AAAA', verifier }],
  };
  return [
    adding(FIRST_ENTRY, goodEntry),
    adding('the envelope again', goodEntry),
    adding('P-384', dsse(envelope(payload, p384), verifierOf(p384))),
    adding('Ed25519', dsse(envelope(payload, ed25519), verifierOf(ed25519))),
    adding('RSA', dsse(envelope(payload, rsa2048), verifierOf(rsa2048))),
    adding(
      'a certificate',
      dsse(envelope(`${payload}  `, p256), base64(pem(selfSigned(p256), 'CERTIFICATE'))),
    ),
    adding('two signatures', dsse(envelope(payload, p256, other), verifier, verifierOf(other))),
    adding('a verifier too many', dsse(envelope(`${payload} `, p256), verifier, verifierOf(other))),
    adding('two signatures, one verifier', dsse(envelope(payload, p256, other), verifier)),
    adding('another verifier', dsse(good, verifierOf(other))),
    adding('another verifier first', dsse(good, verifierOf(other), verifier)),
    adding('a verifier that is no PEM', dsse(good, base64('nope'))),
    adding('a verifier that is no base64', dsse(good, '***')),
    adding('a verifier that is null', dsse(good, null)),
    adding('no verifiers', dsse(good)),
    adding('no list of verifiers', { ...goodEntry, spec: { proposedContent: { envelope: good } } }),
    adding('no envelope', { ...goodEntry, spec: { proposedContent: { verifiers: [verifier] } } }),
    adding('no signatures', dsse(unsigned, verifier)),
    adding('half of an envelope', dsse('{', verifier)),
    adding('an envelope of text', dsse('hello', verifier)),
    adding('an envelope that is a list', dsse('[]', verifier)),
    adding('an empty envelope', dsse('', verifier)),
    adding('a payload that is no base64', dsse(undecodable, verifier)),
    changed('a signature that is no base64', /"sig":"[^"]*"/, '"sig":"***"'),
    changed('an empty signature', /"sig":"[^"]*"/, '"sig":""'),
    changed('another payload', '"payload":"ey', '"payload":"fy'),
    changed('another payload type', '"payloadType":"application', '"payloadType":"text'),
    changed('an unknown field in the envelope', '{"payload"', '{"x":1,"payload"'),
    changed('the envelope with a blank', '{"payload"', '{ "payload"'),
    adding('what the log keeps', { ...goodEntry, spec: repeated }),
    adding('what the log keeps, and an envelope', {
      ...goodEntry,
      spec: { ...goodEntry.spec, envelopeHash: hash },
    }),
    adding('an empty spec', { ...goodEntry, spec: {} }),
    adding('a spec of text', { ...goodEntry, spec: 'x' }),
  ];
}

function entryRequests(): ComparedRequest[] {
  return [
    adding('no spec', { apiVersion: '0.0.1', kind: 'dsse' }),
    adding('another version', { ...goodEntry, apiVersion: '9.0.0' }),
    adding('a version that is none', { ...goodEntry, apiVersion: 'x' }),
    adding('no version', { kind: 'dsse', spec: goodEntry.spec }),
    adding('an unknown property', { ...goodEntry, extra: 1 }),
    request('an unknown kind for another accepted type', ENTRIES, {
      body: { ...goodEntry, kind: 'nope' },
      headers: { accept: 'application/xml' },
    }),
    request('an entry again for another accepted type', ENTRIES, {
      body: goodEntry,
      headers: { accept: 'application/xml' },
    }),
    adding('an unknown kind', { ...goodEntry, kind: 'nope' }),
    adding('a kind that is a number', { ...goodEntry, kind: 3 }),
    adding('no kind', { apiVersion: '0.0.1', spec: {} }),
    adding('the kind intoto', { apiVersion: '0.0.2', kind: 'intoto', spec: { content: {} } }),
    adding('the kind rekord', { apiVersion: '0.0.1', kind: 'rekord', spec: {} }),
    adding('no body', ''),
    adding('half of an object', '{'),
    adding('text', 'hello'),
    adding('a list', '[]'),
    adding('null', 'null'),
    adding('an empty object', {}),
    request('text as the media type', ENTRIES, {
      body: goodEntry,
      headers: { 'content-type': 'text/plain' },
    }),
    request('no media type', ENTRIES, { body: goodEntry, headers: { 'content-type': undefined } }),
    request('a media type that is none', ENTRIES, { body: goodEntry, headers: { 'content-type': 'a/b c' } }),
    request('another accepted type', ENTRIES, { body: goodEntry, headers: { accept: 'application/xml' } }),
  ];
}

function hashRequests(): ComparedRequest[] {
  const { p256, other, p384, ed25519, rsa2048, rsa1024 } = keys;
  const truncated = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
  return [
    adding('a hash', hashedrekord(p256)),
    adding('a hash by P-384', hashedrekord(p384, 'sha384')),
    adding('a hash by P-384 with SHA-256', hashedrekord(p384)),
    adding('a hash by P-256 with SHA-512', hashedrekord(p256, 'sha512')),
    adding('a hash by RSA', hashedrekord(rsa2048)),
    adding('a hash by RSA of 1024 bits', hashedrekord(rsa1024)),
    adding('a hash by Ed25519', hashedrekord(ed25519)),
    adding('a hash by Ed25519 with SHA-512', hashedrekord(ed25519, 'sha512')),
    adding('a hash by Ed25519ph', prehashed()),
    keyed('a certificate of a hash', base64(pem(selfSigned(p256), 'CERTIFICATE'))),
    keyed('a certificate twice', base64(pem(selfSigned(p256), 'CERTIFICATE').repeat(2))),
    keyed('a certificate of another', base64(pem(selfSigned(other), 'CERTIFICATE'))),
    keyed(
      'bytes after the certificate',
      base64(pem(Buffer.concat([selfSigned(p256), Buffer.of(5, 0)]), 'CERTIFICATE')),
    ),
    hashed('another hash', (hash) => void (hash.value = digest('other').toString('hex'))),
    hashed('a hash of zeros', (hash) => void (hash.value = '0'.repeat(64))),
    hashed('a short hash', (hash) => void (hash.value = 'abc')),
    hashed('a hash that is no number', (hash) => void (hash.value = 'z'.repeat(64))),
    hashed('a hash in capitals', (hash) => void (hash.value = hash.value?.toUpperCase() ?? '')),
    hashed('an unknown hash', (hash) => void (hash.algorithm = 'md5')),
    hashed('no name of the hash', (hash) => void delete hash.algorithm),
    hashed('no value of the hash', (hash) => void delete hash.value),
    hashing('no hash', (spec) => void (spec.data = {})),
    hashing('no data', (spec) => void delete spec.data),
    hashing('no signature of a hash', (spec) => void delete spec.signature),
    hashing('no key', ({ signature: signed }) => void delete signed?.publicKey),
    signedBy('an empty signature of a hash', ''),
    signedBy('a signature of a hash that is no base64', '***'),
    signedBy('bytes that are no signature', base64('garbage')),
    keyed('another key', base64(spkiPem(other))),
    keyed('an empty key', ''),
    keyed('a key that is no PEM', base64('x')),
    keyed('a key in DER', 'MFkwEw=='),
    keyed('a key that ends early', base64(truncated)),
  ];
}

/** What Rekor v1 is asked. The order matters: what is looked for has been added. */
export function rekor1Requests(): ComparedRequest[] {
  return [
    ...envelopeRequests(),
    ...entryRequests(),
    ...hashRequests(),
    ...rekor1Reads(goodEntry, dsse(good, verifierOf(keys.other))),
  ];
}
