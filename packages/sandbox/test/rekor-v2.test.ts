// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { leafHash, MerkleTree } from '../src/merkle-tree.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { hashedrekordRequest, spki } from './rekor-v2-requests.ts';
import { base64, call, type JsonAnswer, newKeyPair } from './requests.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const keys = newKeyPair();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const REFUSED = { code: 3, message: 'invalid hashedrekord request', details: [] };

let serial = 0;
function freshText(): string {
  serial += 1;
  return `text ${serial}`;
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function add(request: unknown): Promise<JsonAnswer> {
  return call(`${sandbox.urls.rekorV2}/api/v2/log/entries`, request);
}

async function read(path: string): Promise<{ status: number; bytes: Buffer }> {
  const answer = await fetch(`${sandbox.urls.rekorV2}/api/v2/${path}`);
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

function logOfRoot() {
  const { tlogs } = sandbox.trustedRoot as {
    tlogs: {
      baseUrl: string;
      publicKey: { rawBytes: string; keyDetails: string };
      logId: { keyId: string };
    }[];
  };
  const log = tlogs.find(({ baseUrl }) => baseUrl === sandbox.urls.rekorV2);
  if (!log) throw new Error('no such log');
  const der = Buffer.from(log.publicKey.rawBytes, 'base64');
  return { ...log, key: createPublicKey({ key: der, format: 'der', type: 'spki' }), raw: der.subarray(-32) };
}

/** The parts of a checkpoint, once its signature is verified under the log's key id. */
function openCheckpoint(text: string) {
  const { key, raw } = logOfRoot();
  const id = createHash('sha256').update('localhost\n\x01').update(raw).digest();
  const [note = '', line = ''] = text.split('\n\n');
  const [dash, name, encoded = ''] = line.trimEnd().split(' ');
  const signature = Buffer.from(encoded, 'base64');
  expect([dash, name, signature.subarray(0, 4)]).toEqual(['—', 'localhost', id.subarray(0, 4)]);
  expect(verify(undefined, Buffer.from(`${note}\n`), key, signature.subarray(4))).toBe(true);
  const [origin = '', size = '', root = ''] = note.split('\n');
  return { origin, size, root };
}

describe('an entry', () => {
  it('is logged as digest, signature and verifier, in canonical JSON', async () => {
    const request = hashedrekordRequest(freshText(), keys);
    const { digest, signature } = request.hashedRekordRequestV002;
    const answer = await add(request);
    expect(answer.status).toBe(201);
    const verifier = `{"keyDetails":"PKIX_ECDSA_P256_SHA_256","publicKey":{"rawBytes":"${base64(spki(keys.publicKey))}"}}`;
    expect(Buffer.from(answer.body.canonicalizedBody, 'base64').toString()).toBe(
      `{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"${digest}"},"signature":{"content":"${signature.content}","verifier":${verifier}}}}}`,
    );
  });

  it('is proved by path and checkpoint, and by no promise or time', async () => {
    await add(hashedrekordRequest(freshText(), keys));
    const { body } = await add(hashedrekordRequest(freshText(), keys));
    const { inclusionProof, ...rest } = body;
    expect(rest).toEqual({
      logIndex: expect.stringMatching(/^\d+$/),
      logId: { keyId: logOfRoot().logId.keyId },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
      canonicalizedBody: expect.any(String),
    });
    const checkpoint = openCheckpoint(inclusionProof.checkpoint.envelope);
    expect(checkpoint).toEqual({
      origin: 'localhost',
      size: inclusionProof.treeSize,
      root: inclusionProof.rootHash,
    });
    expect(inclusionProof.logIndex).toBe(body.logIndex);
    expect(inclusionProof.hashes).not.toHaveLength(0);
  });

  it('has the whole key id of the log’s note as its log id', () => {
    const { raw, logId, publicKey } = logOfRoot();
    const id = createHash('sha256').update('localhost\n\x01').update(raw).digest('base64');
    expect([logId.keyId, publicKey.keyDetails]).toEqual([id, 'PKIX_ED25519']);
  });

  it('is not logged twice', async () => {
    const request = hashedrekordRequest(freshText(), keys);
    const { logIndex } = (await add(request)).body;
    const again = await add(request);
    expect(again.status).toBe(409);
    expect(again.headers.get('x-log-index')).toBe(logIndex);
    expect(again.body).toEqual({
      code: 6,
      message: `an equivalent entry already exists in the transparency log with index ${logIndex}`,
      details: [],
    });
  });

  const p384 = newKeyPair('P-384');
  it.each([
    ['P-384', p384, { hash: 'sha384', keyDetails: 'PKIX_ECDSA_P384_SHA_384' }],
    ['P-521', newKeyPair('P-521'), { hash: 'sha512', keyDetails: 'PKIX_ECDSA_P521_SHA_512' }],
    ['RSA', rsa, { keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256' }],
    ['an algorithm by its number', keys, { keyDetails: 5 }],
  ])('may be signed with %s', async (_title, signer, changes) => {
    expect((await add(hashedrekordRequest(freshText(), signer, changes))).status).toBe(201);
  });

  it('may have its fields under their original names, in the URL-safe alphabet', async () => {
    const { digest, signature } = hashedrekordRequest(freshText(), keys).hashedRekordRequestV002;
    const verifier = {
      public_key: { raw_bytes: urlSafe(base64(spki(keys.publicKey))) },
      key_details: 'PKIX_ECDSA_P256_SHA_256',
    };
    const request = { digest: urlSafe(digest), signature: { content: urlSafe(signature.content), verifier } };
    expect((await add({ hashed_rekord_request_v002: request })).status).toBe(201);
  });

  it.each([
    [
      'another key',
      hashedrekordRequest('a', keys, {
        signature: sign('sha256', Buffer.from('a'), newKeyPair().privateKey),
      }),
    ],
    ['a curve that is not for its hash', hashedrekordRequest('a', p384)],
    ['no algorithm', hashedrekordRequest('a', keys, { keyDetails: null })],
    ['an algorithm without details', hashedrekordRequest('a', rsa, { keyDetails: 'PKIX_RSA_PSS' })],
    ['bytes that are no signature', hashedrekordRequest('a', keys, { signature: Buffer.from('no') })],
    ['bytes that are no certificate', hashedrekordRequest('a', keys, { certificate: Buffer.from('no') })],
    ['no bytes of a certificate', hashedrekordRequest('a', keys, { certificate: new Uint8Array() })],
    ['bytes after the key', withKey(Buffer.concat([spki(keys.publicKey), Buffer.from([5, 0])]))],
    [
      'a digest of zeros',
      {
        hashedRekordRequestV002: {
          ...hashedrekordRequest('a', keys).hashedRekordRequestV002,
          digest: base64(Buffer.alloc(32)),
        },
      },
    ],
    [
      'a digest of another length',
      {
        hashedRekordRequestV002: {
          ...hashedrekordRequest('a', keys).hashedRekordRequestV002,
          digest: 'AAAA',
        },
      },
    ],
    ['nothing', { hashedRekordRequestV002: {} }],
  ])('is refused with %s, without a word of why', async (_title, request) => {
    expect(await add(request)).toMatchObject({ status: 400, body: REFUSED });
  });

  function withKey(rawBytes: Uint8Array) {
    const { digest, signature } = hashedrekordRequest('a', keys).hashedRekordRequestV002;
    const verifier = { ...signature.verifier, publicKey: { rawBytes: base64(rawBytes) } };
    return { hashedRekordRequestV002: { digest, signature: { ...signature, verifier } } };
  }

  it.each([
    [{}, 'invalid type, must be hashedrekord'],
    ['', 'invalid type, must be hashedrekord'],
    [{ dsseRequestV002: { envelope: {}, verifiers: [] } }, 'invalid type, must be hashedrekord'],
    [{ apiVersion: '0.0.1' }, 'proto: unknown field "apiVersion"'],
    [{ hashedRekordRequestV002: { x: 1 } }, 'proto: unknown field "x"'],
    [
      hashedrekordRequest('a', keys, { keyDetails: 'NO' }),
      'proto: invalid value for enum field keyDetails: "NO"',
    ],
    ['{', 'unexpected EOF'],
    ['[]', 'proto: syntax error (line 1:1): unexpected token ['],
    ['{"digest": 1, "digest": 2}', 'proto: duplicate field'],
  ])('is refused as %j', async (body, message) => {
    expect(await add(body)).toMatchObject({ status: 400, body: { code: 3, message, details: [] } });
  });

  it('by a pure Ed25519 key makes the server fail, as the real one', async () => {
    const signature = sign(undefined, Buffer.from('a'), ed25519.privateKey);
    const answer = await add(hashedrekordRequest('a', ed25519, { signature, keyDetails: 'PKIX_ED25519' }));
    expect(answer).toMatchObject({ status: 500, body: { code: 13, message: 'internal server error' } });
  });
});

describe('the tree', () => {
  it('can be read as tiles and bundles of entries', async () => {
    const { body } = await add(hashedrekordRequest(freshText(), keys));
    const { size, root } = openCheckpoint((await read('checkpoint')).bytes.toString());
    const entries = (await read(`tile/entries/000.p/${size}`)).bytes;
    const tree = new MerkleTree();
    const hashes: Uint8Array[] = [];
    let last = new Uint8Array();
    for (let at = 0; at < entries.length; at += 2 + last.length) {
      last = new Uint8Array(entries.subarray(at + 2, at + 2 + entries.readUInt16BE(at)));
      hashes.push(leafHash(last));
      tree.append(leafHash(last));
    }
    expect(base64(last)).toBe(body.canonicalizedBody);
    expect([tree.size, base64(tree.root())]).toEqual([Number(size), root]);
    expect((await read(`tile/0/000.p/${size}`)).bytes).toEqual(Buffer.concat(hashes));
    expect((await read('tile/0/000.p/1')).bytes).toEqual(Buffer.from(hashes[0] ?? []));
  });

  it.each([
    'tile/0/000',
    'tile/0/000.p/255',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/001.p/1',
    'tile/0/x001/000',
    'tile/0/0',
    'tile/1/000.p/1',
    'tile/entries/000',
    'tile/99/000.p/1',
    'tile/x/000',
    'other',
  ])('has no %s', async (path) => {
    expect((await read(path)).status).toBe(404);
  });

  it('can be told to fail', async () => {
    sandbox.faults.add({ service: 'rekorV2', method: 'POST', fault: { kind: 'status', status: 503 } });
    expect((await add({})).status).toBe(503);
    expect((await read('checkpoint')).status).toBe(200);
  });

  it.each([
    ['GET', '/api/v2/log/entries', 501],
    ['GET', '/healthz', 200],
    ['GET', '/', 404],
    ['POST', '/api/v2/log/entries/', 404],
  ])('%s %s is answered with %d', async (method, path, status) => {
    expect((await fetch(sandbox.urls.rekorV2 + path, { method })).status).toBe(status);
  });
});
