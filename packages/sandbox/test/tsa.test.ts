// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate, SignedData, TimeStampResp, TSTInfo } from 'pkijs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import {
  algorithmIdentifier,
  context,
  element,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from '../src/tsa/der-writer.ts';
import { call } from './requests.ts';

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'tsa-test-'));
});
afterEach(() => {
  sandbox.faults.clear();
  sandbox.clock.reset();
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const OIDS = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  sha3: '2.16.840.1.101.3.4.2.8',
};
const QUERY = 'application/timestamp-query';
const GENERAL = 'Error generating timestamp response';
const digestOf = (text: string, hash = 'sha256') => createHash(hash).update(text).digest();
const CERTIFICATE_WANTED = element(1, Uint8Array.of(0xff));

function query(...parts: readonly Uint8Array[]): Uint8Array {
  return sequence(integer(1), ...parts);
}

function imprintOf(text: string, hash: 'sha256' | 'sha384' | 'sha512' = 'sha256'): Uint8Array {
  return sequence(algorithmIdentifier(OIDS[hash], true), octetString(digestOf(text, hash)));
}

function imprint(oid: string, length: number): Uint8Array {
  return sequence(algorithmIdentifier(oid, true), octetString(new Uint8Array(length)));
}

async function ask(body: Uint8Array | object, contentType?: string) {
  const isQuery = body instanceof Uint8Array;
  const answer = await fetch(`${sandbox.urls.tsa}/api/v1/timestamp`, {
    method: 'POST',
    headers: { 'content-type': contentType ?? (isQuery ? QUERY : 'application/json') },
    body: isQuery ? Buffer.from(body) : JSON.stringify(body),
  });
  return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

/** Reads a reply with pkijs, which had no part in it. */
function opened(bytes: Uint8Array) {
  const response = TimeStampResp.fromBER(bytes);
  if (!response.timeStampToken) throw new Error('no token');
  const signed = new SignedData({ schema: response.timeStampToken.content });
  const content = signed.encapContentInfo.eContent?.valueBlock.valueHexView ?? new Uint8Array();
  return { response, signed, info: TSTInfo.fromBER(new Uint8Array(content)) };
}

function file(name: string): string {
  return join(folder, name);
}

function openssl(...argv: readonly string[]): Buffer {
  return execFileSync('openssl', argv, { stdio: 'pipe' });
}

const haveOpenssl = existsSync('/usr/bin/openssl');
if (!haveOpenssl) process.stderr.write('SKIPPED: timestamps before openssl, for there is none here\n');

describe('a time stamp', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)(
    'of a %s digest holds it, the time and the nonce',
    async (hash) => {
      sandbox.clock.set(new Date('2031-05-06T07:08:09.500Z'));
      const { status, bytes } = await ask(query(imprintOf('text', hash), integer(0x01, 0x02, 0x03)));
      const { response, info } = opened(bytes);
      expect([status, response.status.status]).toEqual([200, 0]);
      expect(info.genTime).toEqual(new Date('2031-05-06T07:08:09Z'));
      expect(Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView)).toEqual(
        digestOf('text', hash),
      );
      expect(info.messageImprint.hashAlgorithm.algorithmId).toBe(OIDS[hash]);
      expect(info.nonce?.toBigInt()).toBe(0x010203n);
      expect([info.policy, info.accuracy?.seconds]).toEqual(['1.3.6.1.4.1.57264.2', 1]);
    },
  );

  it('holds the certificate where it is wanted, else not', async () => {
    const { tsa } = sandbox.urls;
    const [leaf] = pemBlocks((await call(`${tsa}/api/v1/timestamp/certchain`)).body);
    const wanted = opened((await ask(query(imprintOf('text'), CERTIFICATE_WANTED))).bytes).signed
      .certificates;
    expect(wanted?.map((item) => Buffer.from((item as Certificate).toSchema().toBER()))).toEqual([leaf?.raw]);
    expect(opened((await ask(query(imprintOf('text')))).bytes).signed.certificates ?? []).toEqual([]);
  });

  it('may be asked for in JSON, with a nonce beyond what a double holds', async () => {
    const nonce = '123456789012345678901234567890';
    const artifactHash = digestOf('text').toString('base64');
    const text = `{"ArtifactHash":"${artifactHash}","hashAlgorithm":"SHA256","certificates":true,"nonce":${nonce}}`;
    const { info, signed } = opened((await ask(Buffer.from(text), 'application/json')).bytes);
    expect(info.nonce?.toBigInt()).toBe(BigInt(nonce));
    expect(signed.certificates).toHaveLength(1);
    const negative = await ask({ artifactHash, hashAlgorithm: 'sha256', nonce: -200 });
    expect(opened(negative.bytes).info.nonce?.toBigInt()).toBe(-200n);
  });

  it.runIf(haveOpenssl)('is verified by openssl', async () => {
    await writeFile(file('data'), 'the data');
    const [leaf, root] = pemBlocks((await call(`${sandbox.urls.tsa}/api/v1/timestamp/certchain`)).body);
    await writeFile(file('leaf.pem'), leaf?.toString() ?? '');
    await writeFile(file('root.pem'), root?.toString() ?? '');
    const verify = [
      'ts',
      '-verify',
      '-in',
      file('reply'),
      '-queryfile',
      file('query'),
      '-CAfile',
      file('root.pem'),
    ];
    for (const options of [['-sha256', '-cert'], ['-sha384', '-cert'], ['-sha512', '-cert'], ['-sha256']]) {
      const asked = openssl('ts', '-query', '-data', file('data'), ...options);
      await writeFile(file('query'), asked);
      await writeFile(file('reply'), (await ask(new Uint8Array(asked))).bytes);
      const verified = openssl(...verify, '-untrusted', file('leaf.pem'));
      expect(verified.toString()).toContain('Verification: OK');
    }
  });
});

function pemBlocks(text: string): X509Certificate[] {
  return (text.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
}

describe('the authority', () => {
  it('has a leaf with the one critical purpose, under a root', async () => {
    const [leaf, root] = pemBlocks((await call(`${sandbox.urls.tsa}/api/v1/timestamp/certchain`)).body);
    if (!leaf || !root) throw new Error('no chain');
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect([leaf.ca, root.ca, leaf.publicKey.asymmetricKeyDetails?.namedCurve]).toEqual([
      false,
      true,
      'prime256v1',
    ]);
    const purpose = Certificate.fromBER(leaf.raw).extensions?.find(({ extnID }) => extnID === '2.5.29.37');
    expect([purpose?.critical, leaf.keyUsage]).toEqual([true, ['1.3.6.1.5.5.7.3.8']]);
  });

  it('stands in the trust material', async () => {
    const { timestampAuthorities } = sandbox.trustedRoot as {
      timestampAuthorities: { uri: string; certChain: { certificates: { rawBytes: string }[] } }[];
    };
    const [leaf, root] = pemBlocks((await call(`${sandbox.urls.tsa}/api/v1/timestamp/certchain`)).body);
    expect(timestampAuthorities[0]?.certChain.certificates.map(({ rawBytes }) => rawBytes)).toEqual(
      [leaf, root].map((certificate) => certificate?.raw.toString('base64')),
    );
    const url = `${sandbox.urls.tsa}/api/v1/timestamp`;
    expect(timestampAuthorities[0]?.uri).toBe(url);
    expect(sandbox.signingConfig).toMatchObject({ tsaUrls: [{ url, majorApiVersion: 1 }] });
  });

  const good = query(imprintOf('text'));
  const artifactHash = digestOf('text').toString('base64');
  const json = { artifactHash, hashAlgorithm: 'sha256' };
  const extension = context(0, sequence(objectIdentifier('1.2.3'), octetString(Uint8Array.of(5, 0))));
  it.each([
    ['SHA-1', query(imprint(OIDS.sha1, 20)), 'Weak hash algorithm in timestamp request'],
    ['an unknown hash', query(imprint(OIDS.sha3, 32)), GENERAL],
    [
      'a digest of another length',
      query(imprint(OIDS.sha256, 20)),
      'Message digest has incorrect length for specified algorithm',
    ],
    ['no digest', query(imprint(OIDS.sha256, 0)), GENERAL],
    [
      'another policy',
      query(imprintOf('text'), objectIdentifier('1.2.3')),
      'unaccepted policy: requested TSA policy is not supported by the TSA',
    ],
    [
      'an extension',
      query(imprintOf('text'), extension),
      'unaccepted extension: requested extensions are not supported by the TSA',
    ],
    ['a nonce that is not in its shortest form', query(imprintOf('text'), integer(0, 1)), GENERAL],
    ['a boolean of another value', query(imprintOf('text'), element(1, Uint8Array.of(1))), GENERAL],
    ['more after it', Buffer.concat([good, Uint8Array.of(5, 0)]), GENERAL],
    ['its end missing', good.subarray(0, 20), GENERAL],
    ['bytes that are no query', Buffer.from('garbage'), GENERAL],
    ['too many bytes', new Uint8Array(2 << 20), GENERAL],
    ['SHA-1 in JSON', { ...json, hashAlgorithm: 'sha1' }, 'Weak hash algorithm in timestamp request'],
    ['another hash in JSON', { ...json, hashAlgorithm: 'md5' }, GENERAL],
    [
      'no digest in JSON',
      { hashAlgorithm: 'sha256' },
      'Message digest has incorrect length for specified algorithm',
    ],
    ['a digest that is no base64', { ...json, artifactHash: '***' }, GENERAL],
    [
      'another policy in JSON',
      { ...json, tsaPolicyOID: '1.2.3' },
      'unaccepted policy: requested TSA policy is not supported by the TSA',
    ],
    [
      'a policy that is none',
      { ...json, tsaPolicyOID: 'x' },
      'OID should be comprised of at most 128 components',
    ],
    ['a nonce that is text', { ...json, nonce: '5' }, GENERAL],
    ['a nonce with a fraction', { ...json, nonce: 1.5 }, GENERAL],
    ['too much JSON', { ...json, x: 'x'.repeat(1000) }, 'timestamp request is too large'],
    ['a list', [], GENERAL],
  ])('refuses %s', async (_title, body, message) => {
    const { status, bytes } = await ask(body);
    expect([status, JSON.parse(Buffer.from(bytes).toString())]).toEqual([400, { code: 400, message }]);
  });

  it.each([
    ['nothing', new Uint8Array(), QUERY, 422],
    ['another type', good, 'application/octet-stream', 415],
    ['a type with parameters', good, `${QUERY}; x=y`, 400],
    ['a type in capitals', good, 'Application/Timestamp-Query', 415],
    ['two types', good, `${QUERY}, application/json`, 400],
    ['DER as JSON', good, 'application/json', 400],
  ])('answers to %s', async (_title, body, contentType, status) => {
    expect((await ask(body, contentType)).status).toBe(status);
  });

  it.each([
    ['GET', '/ping', '*/*', 200],
    ['GET', '/api/v1/timestamp', '*/*', 405],
    ['GET', '/api/v1/timestamp/certchain/', 'application/*', 200],
    ['GET', '/api/v1/timestamp/certchain', 'text/html', 406],
    ['GET', '/api/v1/timestamp/certchain', 'application/json', 500],
    ['GET', '/other', '*/*', 404],
  ])('%s %s for %s is answered with %d', async (method, path, accept, status) => {
    expect((await fetch(sandbox.urls.tsa + path, { method, headers: { accept } })).status).toBe(status);
  });

  it('can be told to fail', async () => {
    sandbox.faults.add({ service: 'tsa', fault: { kind: 'status', status: 503, retryAfter: 1 } });
    expect((await ask(good)).status).toBe(503);
  });
});
