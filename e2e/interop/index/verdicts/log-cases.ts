// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, randomBytes } from 'node:crypto';
import { type AttestationShape, type BodyFacts, type BodyJson, pem, sha256 } from '../forge/attestation.ts';
import { base64, ecKeys } from '../forge/authority.ts';
import { SIGNING_TIME } from '../forge/facts.ts';
import { canonicalJson, type EntryJson, type EntryShape } from '../forge/log-entry.ts';
import { casesOf, type ForgedCase } from './case.ts';

const body = (
  change: (body: BodyJson, facts: BodyFacts) => BodyJson | Uint8Array | void,
): AttestationShape => ({
  body: change,
});
const bytes = (change: (body: BodyJson) => string): AttestationShape =>
  body((one) => Buffer.from(change(one)));
const spec = (change: (spec: BodyJson['spec'], facts: BodyFacts) => void): AttestationShape =>
  body((one, facts) => change(one.spec, facts));
const firstSignature = (
  change: (signature: Record<string, unknown>, facts: BodyFacts) => void,
): AttestationShape => spec(({ signatures: [signature = {}] }, facts) => change(signature, facts));
const verifier = (text: (facts: BodyFacts) => string | Uint8Array): AttestationShape =>
  firstSignature((signature, facts) => void (signature.verifier = base64(Buffer.from(text(facts)))));

/** Bodies that are logged, promised and proven like a good one. */
const BODIES: Readonly<Record<string, Readonly<Record<string, AttestationShape>>>> = {
  'log body: further keys': {
    top: body((one) => ({ ...one, x: 1 })),
    spec: spec((one) => void (one.x = 1)),
    signature: firstSignature((one) => void (one.x = 1)),
    'what was proposed': spec((one) => void (one.proposedContent = { envelope: 'x', verifiers: ['y'] })),
  },
  'log body: envelope hash': {
    absent: spec((one) => Reflect.deleteProperty(one, 'envelopeHash')),
    'SHA-512': spec((one) => void (one.envelopeHash.algorithm = 'sha512')),
    'a number': spec((one) => void (one.envelopeHash.value = 1)),
    'no hash': spec((one) => void (one.envelopeHash.value = 'zz')),
  },
  'log body: payload hash': {
    'upper case': spec((one) => void (one.payloadHash.value = String(one.payloadHash.value).toUpperCase())),
    'of another payload': spec((one) => void (one.payloadHash.value = sha256('x'))),
    'by the name of SHA-512': spec((one) => void (one.payloadHash.algorithm = 'sha512')),
    'by SHA256': spec((one) => void (one.payloadHash.algorithm = 'SHA256')),
    'by nothing': spec((one) => Reflect.deleteProperty(one.payloadHash, 'algorithm')),
  },
  'log body: verifier': {
    'another certificate': verifier(() => pem(randomBytes(200))),
    'with CRLF': verifier(({ certificate }) => certificate.replaceAll('\n', '\r\n')),
    'without the last newline': verifier(({ certificate }) => certificate.trimEnd()),
    'a bare key': verifier(({ leafKey }) => createPublicKey(leafKey).export({ type: 'spki', format: 'pem' })),
    'another key': verifier(() => ecKeys('P-256').publicKey.export({ type: 'spki', format: 'pem' })),
    'twice the certificate': verifier(({ certificate }) => certificate + certificate),
  },
  'log body: signature': {
    'without padding': firstSignature(
      (one) => void (one.signature = String(one.signature).replace(/=+$/, '')),
    ),
    'with a newline': firstSignature((one) => void (one.signature = `${String(one.signature)}\n`)),
    another: firstSignature((one) => void (one.signature = base64(randomBytes(70)))),
    twice: spec((one) => void one.signatures.push(...one.signatures)),
    none: spec((one) => void (one.signatures = [])),
  },
  'log body: kind': {
    intoto: body((one) => ({ ...one, kind: 'intoto' })),
    'version 0.0.2': body((one) => ({ ...one, apiVersion: '0.0.2' })),
    hashedrekord: body((_one, facts) => hashedrekord(facts)),
    'intoto inside only': bytes((one) => canonicalJson({ ...one, kind: 'intoto' })),
    'version 0.0.2 inside only': bytes((one) => canonicalJson({ ...one, apiVersion: '0.0.2' })),
    'no version inside': bytes(({ apiVersion: _gone, ...one }) => canonicalJson(one)),
  },
  'log body: JSON': {
    pretty: bytes((one) => JSON.stringify(one, undefined, 1)),
    'a key twice': bytes((one) => canonicalJson(one).replace('"value":"', '"value":"x","value":"')),
    none: bytes(() => 'x'),
    'a byte order mark': bytes((one) => `\ufeff${canonicalJson(one)}`),
  },
};

function hashedrekord({ signedBytes, signature, certificate }: BodyFacts): BodyJson {
  const publicKey = { content: base64(Buffer.from(certificate)) };
  const data = { hash: { algorithm: 'sha256', value: sha256(signedBytes) } };
  const entry: unknown = {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: { data, signature: { content: signature, publicKey } },
  };
  return entry as BodyJson;
}

const answered = (change: (entry: EntryJson) => void): AttestationShape => ({ answered: change });
const proof = (change: (proof: EntryJson['inclusionProof']) => void): AttestationShape =>
  answered((entry) => change(entry.inclusionProof));
const without = (key: string): AttestationShape => answered((entry) => Reflect.deleteProperty(entry, key));

/** Entries that were changed after the log answered. */
const ENTRIES: Readonly<Record<string, Readonly<Record<string, AttestationShape>>>> = {
  'log entry: absent': Object.fromEntries(
    [
      'logIndex',
      'logId',
      'kindVersion',
      'integratedTime',
      'inclusionPromise',
      'inclusionProof',
      'canonicalizedBody',
    ].map((key) => [key, without(key)]),
  ),
  'log entry: null': {
    inclusionPromise: answered((entry) => Object.assign(entry, { inclusionPromise: null })),
    checkpoint: proof((one) => Object.assign(one, { checkpoint: null })),
    hashes: proof((one) => Object.assign(one, { hashes: null })),
  },
  'log entry: further keys': {
    top: answered((entry) => void (entry.extra = 1)),
    'top, null': answered((entry) => void (entry.extra = null)),
    proof: proof((one) => void (one.x = 1)),
    kindVersion: answered((entry) => void (entry.kindVersion.x = 1)),
    logId: answered((entry) => void (entry.logId.x = 1)),
    checkpoint: proof((one) => void (one.checkpoint.x = 1)),
    'both spellings of logIndex': answered((entry) => void (entry.log_index = entry.logIndex)),
  },
  'log entry: snake_case': {
    logIndex: answered((entry) => {
      entry.log_index = entry.logIndex;
      Reflect.deleteProperty(entry, 'logIndex');
    }),
  },
  'log entry: kind': {
    hashedrekord: answered((entry) => void (entry.kindVersion.kind = 'hashedrekord')),
    'version 0.0.2': answered((entry) => void (entry.kindVersion.version = '0.0.2')),
  },
  'log entry: log': {
    another: answered((entry) => void (entry.logId.keyId = base64(randomBytes(32)))),
    'cut short': answered((entry) => void (entry.logId.keyId = String(entry.logId.keyId).slice(0, 8))),
    'without padding': answered(
      (entry) => void (entry.logId.keyId = String(entry.logId.keyId).replace(/=+$/, '')),
    ),
    'with a newline': answered((entry) => void (entry.logId.keyId = `${String(entry.logId.keyId)}\n`)),
  },
  'inclusion proof': {
    'another root': proof((one) => void (one.rootHash = base64(randomBytes(32)))),
    'no root': proof((one) => void (one.rootHash = '')),
    'a hash fewer': proof((one) => void one.hashes.pop()),
    'a hash more': proof((one) => void one.hashes.push(base64(randomBytes(32)))),
    'hashes in another order': proof((one) => void (one.hashes = one.hashes.toReversed())),
    'no checkpoint': proof((one) => Reflect.deleteProperty(one, 'checkpoint')),
  },
  'signed entry timestamp': {
    another: answered(
      (entry) => void (entry.inclusionPromise.signedEntryTimestamp = base64(randomBytes(70))),
    ),
    empty: answered((entry) => void (entry.inclusionPromise.signedEntryTimestamp = '')),
    'over another index': answered((entry) => void (entry.logIndex = '5')),
    'over another time': answered((entry) => void (entry.integratedTime = String(SIGNING_TIME + 1))),
  },
};

const SPELLINGS: Readonly<Record<string, (value: string) => unknown>> = {
  'as a number': Number,
  'after a space': (value) => ` ${value}`,
  'with a plus': (value) => `+${value}`,
  'with a zero before it': (value) => `0${value}`,
  'with an underscore': (value) => `${value.slice(0, 1)}_${value.slice(1)}`,
  'in hexadecimal': (value) => `0x${Number(value).toString(16)}`,
  negative: (value) => `-${value}`,
  empty: () => '',
  'with a fraction': (value) => `${value}.0`,
  'with an exponent': (value) => `${value}e0`,
  'in other digits': (value) =>
    value.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
};

function numberCases(): ForgedCase[] {
  const cases = Object.entries(SPELLINGS).flatMap(([spelling, write]) => [
    [
      `logIndex ${spelling}`,
      answered((entry) => Object.assign(entry, { logIndex: write(entry.logIndex) })),
    ] as const,
    [
      `integratedTime ${spelling}`,
      answered((entry) => Object.assign(entry, { integratedTime: write(entry.integratedTime) })),
    ] as const,
    [
      `proof logIndex ${spelling}`,
      proof((one) => void (one.logIndex = write(String(one.logIndex)))),
    ] as const,
    [
      `proof treeSize ${spelling}`,
      proof((one) => void (one.treeSize = write(String(one.treeSize)))),
    ] as const,
  ]);
  const off = (key: string, by: number): AttestationShape =>
    proof((one) => void (one[key] = String(Number(one[key]) + by)));
  return [
    ...casesOf('log entry: numbers', Object.fromEntries(cases)),
    ...casesOf('inclusion proof: off by one', {
      'index less': off('logIndex', -1),
      'index more': off('logIndex', 1),
      'size less': off('treeSize', -1),
      'size more': off('treeSize', 1),
      'size 2^64-1': proof((one) => void (one.treeSize = '18446744073709551615')),
      'size 2^64': proof((one) => void (one.treeSize = '18446744073709551616')),
    }),
  ];
}

/** Times and indexes that the log itself signs. */
const LOGGED: Readonly<Record<string, EntryShape>> = {
  'time 0': { time: 0 },
  'time before the certificate': { time: SIGNING_TIME - 61 },
  'time at its start': { time: SIGNING_TIME - 60 },
  'time at its end': { time: SIGNING_TIME + 540 },
  'time after it': { time: SIGNING_TIME + 541 },
  'time 2^53': { time: 2 ** 53 },
  'index 2^53 - 1': { promised: (one) => ({ ...one, logIndex: Number.MAX_SAFE_INTEGER }) },
  'index 2^53': { promised: (one) => ({ ...one, logIndex: 2 ** 53 }) },
};

export function logCases(): ForgedCase[] {
  return [
    ...Object.entries({ ...BODIES, ...ENTRIES }).flatMap(([kind, shapes]) => casesOf(kind, shapes)),
    ...numberCases(),
    ...Object.entries(LOGGED).map(([name, entry]) => ({
      kind: 'log entry: what is signed',
      name,
      shape: { entry },
    })),
  ];
}
