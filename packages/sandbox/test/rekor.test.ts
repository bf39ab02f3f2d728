// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { dsseEntry, envelope, hashedrekordEntry, type Signer } from './envelopes.ts';
import { base64, call, certificateRequest, type JsonAnswer, newKeyPair } from './requests.ts';

let sandbox: Sandbox;
let logKey: KeyObject;
beforeAll(async () => {
  sandbox = await startSandbox();
  logKey = createPublicKey((await call(`${sandbox.urls.rekor}/api/v1/log/publicKey`)).body);
});
afterEach(() => {
  sandbox.faults.clear();
  sandbox.clock.reset();
});
afterAll(() => sandbox.close());

function signerOf(keys: { publicKey: KeyObject; privateKey: KeyObject }): Signer {
  const verifier = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { privateKey: keys.privateKey, verifier };
}

const alice = signerOf(newKeyPair());
const bob = signerOf(newKeyPair('P-384'));
const rsa = signerOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const ed25519 = signerOf(generateKeyPairSync('ed25519'));
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

let serial = 0;
function freshPayload(): string {
  serial += 1;
  return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', serial });
}

function add(entry: unknown): Promise<JsonAnswer> {
  return call(`${sandbox.urls.rekor}/api/v1/log/entries`, entry);
}

function get(path: string): Promise<JsonAnswer> {
  return call(`${sandbox.urls.rekor}/api/v1/log${path}`);
}

function only(answer: JsonAnswer) {
  const [uuid = ''] = Object.keys(answer.body);
  const entry = answer.body[uuid];
  return { uuid, entry, body: JSON.parse(Buffer.from(entry.body, 'base64').toString()) };
}

function checkpointOf(text: string) {
  const [note = '', signature = ''] = text.split('\n\n');
  const bytes = Buffer.from(signature.split(' ').at(-1) ?? '', 'base64');
  const [origin, size, root] = note.split('\n');
  return {
    origin,
    size,
    root,
    keyId: bytes.subarray(0, 4),
    good: verify('sha256', Buffer.from(`${note}\n`), logKey, bytes.subarray(4)),
  };
}

describe('an envelope', () => {
  it('is logged as digests, signature and verifier, in canonical JSON', async () => {
    const signed = envelope(freshPayload(), alice);
    const text = JSON.stringify(signed);
    const answer = await add(dsseEntry(text, alice.verifier));
    const { uuid, entry } = only(answer);
    const verifier = base64(alice.verifier);
    const expected = `{"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{"algorithm":"sha256","value":"${sha256(text)}"},"payloadHash":{"algorithm":"sha256","value":"${sha256(Buffer.from(signed.payload, 'base64'))}"},"signatures":[{"signature":"${signed.signatures[0]?.sig}","verifier":"${verifier}"}]}}`;
    expect(Buffer.from(entry.body, 'base64').toString()).toBe(expected);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/log/entries/${uuid}`);
    expect(answer.headers.get('etag')).toBe(uuid);
    expect(uuid.slice(16)).toBe(sha256(Buffer.concat([Buffer.from([0]), Buffer.from(expected)])));
    expect(BigInt(`0x${uuid.slice(0, 16)}`).toString()).toBe((await get('')).body.treeID);
  });

  it('is proved by timestamp, path and checkpoint', async () => {
    sandbox.clock.set(new Date('2031-05-06T07:08:09Z'));
    const { entry } = only(await add(dsseEntry(envelope(freshPayload(), alice), alice.verifier)));
    const { body, integratedTime, logID, logIndex, verification } = entry;
    expect(integratedTime).toBe(Date.parse('2031-05-06T07:08:09Z') / 1000);
    const signed = `{"body":"${body}","integratedTime":${integratedTime},"logID":"${logID}","logIndex":${logIndex}}`;
    expect(
      verify('sha256', Buffer.from(signed), logKey, Buffer.from(verification.signedEntryTimestamp, 'base64')),
    ).toBe(true);
    const { inclusionProof } = verification;
    const checkpoint = checkpointOf(inclusionProof.checkpoint);
    expect(checkpoint).toMatchObject({
      origin: expect.stringMatching(/^localhost - \d+$/),
      size: String(inclusionProof.treeSize),
      root: base64(Buffer.from(inclusionProof.rootHash, 'hex')),
      keyId: Buffer.from(logID, 'hex').subarray(0, 4),
      good: true,
    });
    expect(logID).toBe(sha256(logKey.export({ format: 'der', type: 'spki' })));
  });

  it.each([
    ['P-384', bob],
    ['RSA', rsa],
    ['Ed25519', ed25519],
  ])('may be signed with %s', async (_title, signer) => {
    expect((await add(dsseEntry(envelope(freshPayload(), signer), signer.verifier))).status).toBe(201);
  });

  it('may have several signatures, which are sorted, each with its verifier', async () => {
    const { signatures } = only(
      await add(dsseEntry(envelope(freshPayload(), alice, bob), bob.verifier, alice.verifier)),
    ).body.spec;
    expect(signatures).toHaveLength(2);
    expect(signatures.map((item: { signature: string }) => item.signature)).toEqual(
      signatures.map((item: { signature: string }) => item.signature).toSorted(),
    );
  });

  it('may be verified by a certificate', async () => {
    const keys = newKeyPair();
    const answer = await call(`${sandbox.urls.fulcio}/api/v2/signingCert`, {
      credentials: { oidcIdentityToken: await sandbox.issueToken() },
      certificateSigningRequest: base64(certificateRequest(keys)),
    });
    const [certificate] = answer.body.signedCertificateEmbeddedSct.chain.certificates;
    const signer = { ...signerOf(keys), verifier: certificate };
    const { body } = only(await add(dsseEntry(envelope(freshPayload(), signer), certificate)));
    expect(body.spec.signatures[0].verifier).toBe(base64(certificate));
  });

  it('is there already when it comes again', async () => {
    const proposed = dsseEntry(envelope(freshPayload(), alice), alice.verifier);
    const { uuid } = only(await add(proposed));
    const again = await add(proposed);
    expect(again.status).toBe(409);
    expect(again.headers.get('location')).toBe(`/api/v1/log/entries/${uuid}`);
    expect(again.body).toEqual({
      code: 409,
      message: `an equivalent entry already exists in the transparency log with UUID ${uuid}`,
    });
    expect(only(await get(`/entries/${uuid}`)).uuid).toBe(uuid);
  });

  it('is logged where the answer is lost', async () => {
    const proposed = dsseEntry(envelope(freshPayload(), alice), alice.verifier);
    sandbox.faults.add({ service: 'rekor', method: 'POST', times: 1, fault: { kind: 'cut-after' } });
    await expect(add(proposed)).rejects.toThrow('fetch failed');
    expect((await add(proposed)).status).toBe(409);
  });

  const good = envelope(freshPayload(), alice);
  const PREFIX = 'error processing entry: ';
  const NO_MATCH =
    'could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1';
  it.each([
    ['the verifier is of another', dsseEntry(good, bob.verifier), NO_MATCH],
    ['one verifier verifies nothing', dsseEntry(good, bob.verifier, alice.verifier), NO_MATCH],
    [
      'a signature has no verifier',
      dsseEntry(envelope('x', alice, bob), alice.verifier),
      'all signatures must have a key that verifies it',
    ],
    ['the payload is another', dsseEntry({ ...good, payload: base64('{}') }, alice.verifier), NO_MATCH],
    [
      'there is no signature',
      dsseEntry({ ...good, signatures: [] }, alice.verifier),
      'DSSE envelope must contain 1 or more signatures',
    ],
    [
      'there is no verifier',
      dsseEntry(good),
      'validation failure list:\nproposedContent.proposedContent.verifiers in body should have at least 1 items',
    ],
    [
      'the verifier is no PEM',
      dsseEntry(good, 'nope'),
      'could not parse public key as x509: invalid public key: failure decoding PEM',
    ],
    ['it is no JSON', dsseEntry('{', alice.verifier), 'unexpected end of JSON input'],
    [
      'nothing is proposed',
      { ...dsseEntry(good), spec: {} },
      'either proposedContent or envelopeHash, payloadHash, and signatures must be present',
    ],
    [
      'the version is unknown',
      { ...dsseEntry(good), apiVersion: '9.0.0' },
      "dsse implementation for version '9.0.0' not found: unable to locate entry for version 9.0.0",
    ],
  ])('is refused where %s', async (_title, proposed, message) => {
    const answer = await add(proposed);
    expect([answer.status, answer.body]).toEqual([400, { code: 400, message: PREFIX + message }]);
  });
});

describe('a signed digest', () => {
  it.each([
    ['P-256', alice, 'sha256'],
    ['P-384', bob, 'sha384'],
    ['RSA', rsa, 'sha256'],
  ])('is logged (%s)', async (_title, signer, algorithm) => {
    const proposed = hashedrekordEntry(freshPayload(), signer, algorithm);
    const { body } = only(await add(proposed));
    expect(body).toEqual(proposed);
  });

  it.each([
    [
      'of something else',
      { ...hashedrekordEntry('a', alice).spec, data: hashedrekordEntry('b', alice).spec.data },
      'verifying signature: invalid signature when validating ASN.1 encoded signature',
    ],
    [
      'with a hash that is not for the key',
      hashedrekordEntry('a', bob).spec,
      'entry algorithms are not allowed',
    ],
    [
      'of no length',
      { ...hashedrekordEntry('a', alice).spec, data: { hash: { algorithm: 'sha256', value: 'ab' } } },
      'invalid value for hash',
    ],
    [
      'without a signature',
      { data: hashedrekordEntry('a', alice).spec.data },
      'validation failure list:\nsignature in body is required',
    ],
  ])('is refused %s', async (_title, spec, message) => {
    const answer = await add({ ...hashedrekordEntry('a', alice), spec });
    expect([answer.status, answer.body.message]).toEqual([400, `error processing entry: ${message}`]);
  });
});

describe('the log', () => {
  it('finds entries by id, by hash, by index, and by what they say', async () => {
    const proposed = dsseEntry(envelope(freshPayload(), alice), alice.verifier);
    const { uuid, entry } = only(await add(proposed));
    for (const path of [
      `/entries/${uuid}`,
      `/entries/${uuid.slice(16)}`,
      `/entries?logIndex=${entry.logIndex}`,
    ])
      expect(only(await get(path)).entry.body).toBe(entry.body);
    const url = `${sandbox.urls.rekor}/api/v1/log/entries/retrieve`;
    for (const query of [{ entryUUIDs: [uuid] }, { entries: [proposed] }, { logIndexes: [entry.logIndex] }])
      expect((await call(url, query)).body.map((item: object) => Object.keys(item))).toEqual([[uuid]]);
    expect((await call(url, { entryUUIDs: ['a'.repeat(64)] })).body).toEqual([]);
  });

  it('proves that it only grows', async () => {
    await add(hashedrekordEntry(freshPayload(), alice));
    const { treeSize, rootHash, signedTreeHead } = (await get('')).body;
    expect(checkpointOf(signedTreeHead)).toMatchObject({ size: String(treeSize), good: true });
    const proof = await get(`/proof?firstSize=1&lastSize=${treeSize}`);
    expect(proof.body).toMatchObject({ rootHash, hashes: expect.any(Array) });
  });

  it.each([
    ['/entries?logIndex=99999', 404, ''],
    [
      '/entries?logIndex=-1',
      422,
      { code: 609, message: 'logIndex in query should be greater than or equal to 0' },
    ],
    ['/entries', 422, { code: 602, message: 'logIndex in query is required' }],
    [`/entries/${'a'.repeat(64)}`, 404, ''],
    [
      '/entries/xyz',
      422,
      { code: 605, message: "entryUUID in path should match '^([0-9a-fA-F]{64}|[0-9a-fA-F]{80})$'" },
    ],
    [
      `/entries/${'f'.repeat(80)}`,
      400,
      { code: 400, message: 'validation error: ffffffffffffffff is not a valid TreeID' },
    ],
    [
      '/proof?firstSize=3&lastSize=2',
      400,
      { code: 400, message: 'firstSize(3) must be less than lastSize(2)' },
    ],
    ['/publicKey?treeID=1', 400, expect.anything()],
    ['/nothing', 404, { code: 404, message: 'path /api/v1/log/nothing was not found' }],
  ])('answers GET %s as Rekor does', async (path, status, body) => {
    expect(await get(path)).toMatchObject({ status, body });
  });

  it.each([
    ['', 422, 602, 'proposedEntry in body is required'],
    ['{', 500, 500, 'unexpected EOF'],
    ['{}', 422, 602, 'kind in body is required'],
    ['[]', 500, 500, 'json: cannot unmarshal array into Go value of type models.targetedProposedEntry'],
    ['{"kind":"nope"}', 422, 422, 'invalid kind value: "nope"'],
    ['{"kind":"dsse"}', 422, 602, 'apiVersion in body is required'],
    ['{"kind":"dsse","apiVersion":"0.0.1"}', 422, 602, 'spec in body is required'],
  ])('refuses the body %j as Rekor does', async (body, status, code, message) => {
    expect(await add(body)).toMatchObject({ status, body: { code, message } });
  });

  it('refuses other methods and media types', async () => {
    const url = `${sandbox.urls.rekor}/api/v1/log/entries`;
    const wrongMethod = await fetch(url, { method: 'DELETE' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET,POST']);
    expect((await call(url, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('the accepted types of an answer', () => {
  const accept = 'application/xml';
  it('leave a reader of others with 406', async () => {
    const answer = await fetch(`${sandbox.urls.rekor}/api/v1/log`, { headers: { accept } });
    expect([answer.status, await answer.json()]).toEqual([
      406,
      { code: 406, message: 'unsupported media type requested, only [application/json] are available' },
    ]);
  });

  it('do not count where something is added, but for the name of the type', async () => {
    const entry = JSON.stringify(dsseEntry(envelope(freshPayload(), alice), alice.verifier));
    const headers = { accept, 'content-type': 'application/json' };
    const url = `${sandbox.urls.rekor}/api/v1/log/entries`;
    const answer = await fetch(url, { method: 'POST', headers, body: entry });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, '']);
  });

  it('make JSON of the key where JSON alone is', async () => {
    const answer = await call(`${sandbox.urls.rekor}/api/v1/log/publicKey`, undefined, {
      accept: 'application/json',
    });
    expect(answer.body).toContain('BEGIN PUBLIC KEY');
    expect(answer.headers.get('content-type')).toBe('application/json');
  });
});
