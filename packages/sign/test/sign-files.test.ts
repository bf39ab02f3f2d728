// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { verify } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { encodeBundle, parseBundle, type SigstoreBundle } from '@colophon/attestation';
import { equalBytes, sha256 } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import { encodePem, parseCertificate } from '@colophon/pki';
import type { Service } from '@colophon/trust';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CertificateSession,
  EphemeralKey,
  type FileSigningParties,
  FulcioClient,
  openWitness,
  SessionSigner,
  type SignedFile,
  SignError,
  signFile,
  signFiles,
  type SigningCredential,
  type SigningParties,
  type SignOptions,
  type SignOutcome,
  signStatement,
} from '../src/index.ts';
import type { LoopbackServer, Reply } from './support/loopback-server.ts';
import { ToyCa } from './support/toy-ca.ts';
import { leafRecipe, startFulcio } from './support/toy-fulcio.ts';
import { startRekor } from './support/toy-rekor.ts';
import { NOW, toyToken } from './support/toy-token.ts';
import { startTsa, type TimestampRecipe } from './support/toy-tsa.ts';

const ca = new ToyCa();
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const servers: LoopbackServer[] = [];
let folder: string;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'colophon-sign-'))));
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true });
});

interface World {
  readonly parties: FileSigningParties;
  /** The same, for statements. */
  readonly statements: SigningParties;
  readonly fulcio: LoopbackServer;
  readonly rekor: LoopbackServer;
  readonly tsa: LoopbackServer;
}

interface WorldOptions {
  readonly rekorVersion?: 1 | 2;
  readonly timestamp?: Partial<TimestampRecipe>;
  /** What the log answers to its n-th request, counted from 1, instead of an entry. */
  readonly logAnswer?: (request: number) => Reply | undefined;
  readonly token?: () => string;
}

function service(url: string, majorApiVersion: number): Service {
  return { url, majorApiVersion, validFor: { start: NOW }, operator: 'toy' };
}

async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { rekorVersion = 2, logAnswer, token = () => toyToken() } = options;
  const fulcio = await startFulcio(ca);
  let requests = 0;
  const rekor = await startRekor('unwanted', () => logAnswer?.((requests += 1)));
  const tsa = await startTsa({ ca, ...options.timestamp });
  servers.push(fulcio, rekor, tsa);
  const services = {
    fulcioUrl: fulcio.url,
    logs: [service(rekor.url, rekorVersion)],
    timestampAuthorities: [service(tsa.url, 1)],
  };
  const session = new CertificateSession({
    identityProvider: { getToken: async () => token() },
    fulcio: new FulcioClient({ url: fulcio.url, http }),
    trustedRoot: ca.trustedRoot,
    now: () => NOW,
  });
  const witness = openWitness(services, ca.trustedRoot, { http });
  const statements = { signer: new SessionSigner(session), witness };
  return { parties: { session, witness }, statements, fulcio, rekor, tsa };
}

/** A credential that no session gave. */
function credential(): SigningCredential {
  const key = new EphemeralKey();
  const der = ca.issue(leafRecipe(key.publicKeyInfo));
  return { key, certificate: parseCertificate(der), certificatePem: encodePem(der, 'CERTIFICATE') };
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function refuseBad({ sha256: digest }: SignedFile): void {
  if (equalBytes(digest, sha256(Buffer.from('bad')))) throw new Error('does not verify');
}

function assertSigned({ content, keyMaterial }: SigstoreBundle, data: Uint8Array): void {
  if (content.kind !== 'message' || keyMaterial.kind !== 'certificate')
    throw new Error('not a message bundle');
  const { publicKey } = parseCertificate(keyMaterial.chain[0]);
  expect(content.digest).toEqual({ algorithm: 'SHA2_256', value: sha256(data) });
  expect(verify('sha256', data, publicKey, content.signature)).toBe(true);
}

async function outcomesOf(
  paths: readonly string[],
  parties: FileSigningParties,
  options: Partial<SignOptions<{ path: string }>> = {},
): Promise<SignOutcome[]> {
  const outcomes: SignOutcome[] = [];
  for await (const outcome of signFiles(
    paths.map((path) => ({ path })),
    { ...parties, ...options },
  ))
    outcomes.push(outcome);
  return outcomes;
}

describe('signFile', () => {
  it.each([1, 2] as const)(
    'makes a v0.3 bundle with the leaf, timestamp and entry, by Rekor v%s',
    async (version) => {
      const { parties } = await openWorld({ rekorVersion: version });
      const data = Buffer.from('hello');
      const { bundle, size, sha256: digest } = await signFile(await fileOf('hello', data), parties);
      assertSigned(bundle, data);
      expect([size, Buffer.from(digest)]).toEqual([5, Buffer.from(sha256(data))]);
      expect(bundle).toMatchObject({
        version: '0.3',
        transparencyEntries: [{ kindVersion: { kind: 'hashedrekord', version: `0.0.${version}` } }],
      });
      expect(bundle.timestamps).toHaveLength(1);
      expect(JSON.parse(encodeBundle(bundle))).toHaveProperty('verificationMaterial.certificate.rawBytes');
      expect(encodeBundle(parseBundle(encodeBundle(bundle)))).toBe(encodeBundle(bundle));
    },
  );

  it('signs an empty file, and one of several blocks', async () => {
    expect.hasAssertions();
    const { parties } = await openWorld();
    const large = Buffer.alloc(2 * 1024 * 1024 + 1, 'colophon');
    for (const data of [Buffer.alloc(0), large])
      assertSigned((await signFile(await fileOf('file', data), parties)).bundle, data);
  });

  it('holds no more of a file of 256 MiB than a few blocks', async () => {
    const { parties } = await openWorld();
    const path = await fileOf('sparse', '');
    await truncate(path, 256 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
    const { size } = await signFile(path, parties);
    clearInterval(watch);
    await rm(path);
    expect(size).toBe(256 * 1024 * 1024);
    expect(most - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('signs afresh when the log says that it has the signature already', async () => {
    const { parties, rekor, tsa } = await openWorld({
      logAnswer: (request) => (request === 1 ? { status: 409, body: '' } : undefined),
    });
    const data = Buffer.from('again');
    assertSigned((await signFile(await fileOf('again', data), parties)).bundle, data);
    const [first, second] = rekor.requests.map(({ body }) => body);
    expect(first).not.toBe(second);
    expect(tsa.requests).toHaveLength(2);
  });

  it('gives up after three signatures that are all there already', async () => {
    const { parties, rekor } = await openWorld({ logAnswer: () => ({ status: 409, body: '' }) });
    const path = await fileOf('never', 'x');
    await expect(signFile(path, parties)).rejects.toMatchObject({ code: 'ERR_REKOR_DUPLICATE' });
    expect(rekor.requests).toHaveLength(3);
  });

  it('signs with the next certificate where one nears its end while the file is read', async () => {
    const { parties } = await openWorld();
    const [first, next] = [credential(), credential()];
    const given = [first, next];
    const session = { credential: async () => given.shift() ?? next };
    const data = Buffer.from('slow');
    const { bundle } = await signFile(await fileOf('slow', data), { ...parties, session });
    assertSigned(bundle, data);
    expect(bundle.keyMaterial).toMatchObject({ chain: [next.certificate.der] });
  });

  it('does not go on for ever with a file that outlasts every certificate', async () => {
    const { parties, rekor } = await openWorld();
    const session = { credential: async () => credential() };
    const path = await fileOf('slower', 'x');
    await expect(signFile(path, { ...parties, session })).rejects.toMatchObject({ code: 'ERR_SIGN_FILE' });
    expect(rekor.requests).toHaveLength(0);
  });

  it.each<[string, WorldOptions, string]>([
    ['another nonce', { timestamp: { nonce: 5n } }, 'ERR_TSA_TIMESTAMP'],
    ['another imprint', { timestamp: { imprint: new Uint8Array(32) } }, 'ERR_TSA_TIMESTAMP'],
    ['a time outside the certificate', { timestamp: { time: new Date(0) } }, 'ERR_TSA_TIMESTAMP'],
  ])('logs nothing when the timestamp has %s', async (_title, options, code) => {
    const { parties, rekor } = await openWorld(options);
    await expect(signFile(await fileOf('stamped', 'x'), parties)).rejects.toMatchObject({ code });
    expect(rekor.requests).toHaveLength(0);
  });
});

describe('signFiles', () => {
  it('signs many files with one certificate', async () => {
    const { parties, fulcio } = await openWorld();
    const paths = await Promise.all(
      Array.from({ length: 50 }, (_, index) => fileOf(`many-${index}`, `${index}`)),
    );
    const outcomes = await outcomesOf(paths, parties);
    expect(outcomes.filter((outcome) => 'bundle' in outcome)).toHaveLength(50);
    expect(fulcio.requests).toHaveLength(1);
    for (const outcome of outcomes)
      if ('bundle' in outcome)
        assertSigned(outcome.bundle, Buffer.from(outcome.file.path.split('-').at(-1) ?? ''));
  });

  it('keeps the others when one cannot be read, or is judged wrong', async () => {
    const { parties } = await openWorld();
    const [good, bad] = [await fileOf('good', 'good'), await fileOf('bad', 'bad')];
    const outcomes = await outcomesOf([join(folder, 'absent'), folder, good, bad], parties, {
      judge: refuseBad,
    });
    const failed = outcomes.filter((outcome) => 'error' in outcome);
    expect(outcomes).toHaveLength(4);
    expect(failed.map(({ file }) => file.path).toSorted()).toEqual(
      [folder, join(folder, 'absent'), bad].toSorted(),
    );
    const unread = failed.filter(({ error }) => error instanceof SignError && error.code === 'ERR_SIGN_FILE');
    expect(unread).toHaveLength(2);
  });

  it.runIf(process.platform !== 'win32')('does not wait for the writer of a pipe', async () => {
    const { parties } = await openWorld();
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await outcomesOf([path], parties)).toMatchObject([{ error: { code: 'ERR_SIGN_FILE' } }]);
  });

  it('begins no file after an abort, and stops within one', async () => {
    const { parties, rekor } = await openWorld();
    const path = await fileOf('stopped', 'x');
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const { signal } = controller;
    expect(await outcomesOf([path], parties, { signal })).toEqual([]);
    await expect(signFile(path, { ...parties, signal })).rejects.toMatchObject({
      code: 'ERR_SIGN_INTERRUPTED',
    });
    expect(rekor.requests).toHaveLength(0);
  });

  it('tells every file when there is no certificate, and never the token', async () => {
    const { parties } = await openWorld({ token: () => toyToken({ exp: 1 }) });
    const outcomes = await outcomesOf([await fileOf('one', '1'), await fileOf('two', '2')], parties);
    expect(outcomes).toMatchObject([{ error: { code: 'ERR_TOKEN_EXPIRED' } }, { error: {} }]);
    expect(inspect(outcomes, { depth: 9, showHidden: true })).not.toContain('eyJ');
  });
});

describe('signStatement, by Rekor v2', () => {
  it('logs the envelope as a hashedrekord, with a timestamp, and signs afresh after a duplicate', async () => {
    const { statements, rekor, tsa } = await openWorld({
      logAnswer: (request) => (request === 1 ? { status: 409, body: '' } : undefined),
    });
    const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
    const bundle = await signStatement(statement, statements);
    expect(bundle).toMatchObject({
      version: '0.3',
      content: { kind: 'dsse' },
      transparencyEntries: [{ kindVersion: { kind: 'hashedrekord', version: '0.0.2' } }],
    });
    expect(bundle.timestamps).toHaveLength(1);
    expect([rekor.requests.length, tsa.requests.length]).toEqual([2, 2]);
  });
});
