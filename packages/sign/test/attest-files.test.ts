// SPDX-License-Identifier: Apache-2.0
import { verify } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import {
  encodeBundle,
  IN_TOTO_PAYLOAD_TYPE,
  parseBundle,
  preAuthEncoding,
  type SigstoreBundle,
} from '@colophon/attestation';
import { HttpClient } from '@colophon/http';
import { parseCertificate } from '@colophon/pki';
import { RekorV1Client } from '@colophon/rekor';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  attestFiles,
  type AttestOptions,
  type AttestOutcome,
  CertificateSession,
  type FileToAttest,
  FulcioClient,
  planPublishAttestation,
  SessionSigner,
  SignatureWitness,
  signStatement,
  type SigningParties,
} from '../src/index.ts';
import type { LoopbackServer } from './support/loopback-server.ts';
import { ToyCa } from './support/toy-ca.ts';
import { startFulcio } from './support/toy-fulcio.ts';
import { startRekor } from './support/toy-rekor.ts';
import { NOW, SUBJECT, toyToken } from './support/toy-token.ts';

const ca = new ToyCa();
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
let fulcio: LoopbackServer;
let rekor: LoopbackServer;
let parties: SigningParties;

beforeAll(async () => {
  fulcio = await startFulcio(ca);
  rekor = await startRekor('unwanted');
});

afterAll(async () => {
  fulcio.stop();
  rekor.stop();
  await http.close();
});

beforeEach(() => {
  fulcio.requests.length = 0;
  rekor.requests.length = 0;
  const session = new CertificateSession({
    identityProvider: { getToken: async () => toyToken() },
    fulcio: new FulcioClient({ url: fulcio.url, http }),
    trustedRoot: ca.trustedRoot,
    now: () => NOW,
  });
  const log = new RekorV1Client({ url: rekor.url, http });
  parties = {
    signer: new SessionSigner(session),
    witness: new SignatureWitness({ trustedRoot: ca.trustedRoot, logs: [log], timestampAuthorities: [] }),
  };
});

function files(count: number, name = 'pkg'): FileToAttest[] {
  return Array.from({ length: count }, (_, index) => {
    const filename = `${name}-1.${index}.tar.gz`;
    return planPublishAttestation({ path: `dist/${filename}`, filename, sha256Hex: 'ab'.repeat(32) });
  });
}

async function outcomesOf(
  wanted: FileToAttest[],
  options: Partial<AttestOptions<FileToAttest>> = {},
): Promise<AttestOutcome[]> {
  const outcomes: AttestOutcome[] = [];
  for await (const outcome of attestFiles(wanted, { ...parties, ...options })) outcomes.push(outcome);
  return outcomes;
}

async function slowly(): Promise<void> {
  await sleep(20);
}

async function* prepared(count: number, error?: Error): AsyncGenerator<FileToAttest> {
  for (const file of files(count)) {
    await Promise.resolve();
    yield file;
  }
  if (error !== undefined) throw error;
}

function assertSigned(bundle: SigstoreBundle, file: FileToAttest): void {
  const { content, keyMaterial } = bundle;
  if (content.kind !== 'dsse' || keyMaterial.kind !== 'certificate') throw new Error('not a DSSE bundle');
  const { publicKey, subjectAlternativeNames } = parseCertificate(keyMaterial.chain[0]);
  const signed = preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, file.statement);
  expect(verify('sha256', signed, publicKey, content.signature)).toBe(true);
  expect(subjectAlternativeNames[0]?.value).toBe(SUBJECT);
}

describe('signStatement', () => {
  it('makes a v0.3 bundle with the leaf, one signature, one log entry and no timestamp', async () => {
    const [file] = files(1);
    if (file === undefined) throw new Error('no file');
    const bundle = await signStatement(file.statement, parties);
    assertSigned(bundle, file);
    expect(bundle).toMatchObject({ version: '0.3', timestamps: [] });
    expect(bundle.transparencyEntries).toMatchObject([{ kindVersion: { kind: 'dsse', version: '0.0.1' } }]);
    expect(parseBundle(encodeBundle(bundle))).toEqual(bundle);
  });

  it('refuses a bundle in which the library put something else', async () => {
    const [file] = files(1);
    const witness = { testify: async () => ({}) };
    await expect(
      signStatement(file?.statement ?? new Uint8Array(), { ...parties, witness }),
    ).rejects.toMatchObject({
      code: 'ERR_SIGNED_BUNDLE',
    });
  });
});

describe('attestFiles', () => {
  it('signs many files with one certificate', async () => {
    const wanted = files(70);
    const outcomes = await outcomesOf(wanted);
    expect(outcomes.every((outcome) => 'bundle' in outcome)).toBe(true);
    expect(new Set(outcomes.map(({ file }) => file))).toEqual(new Set(wanted));
    for (const outcome of outcomes) if ('bundle' in outcome) assertSigned(outcome.bundle, outcome.file);
    expect(fulcio.requests).toHaveLength(1);
    expect(rekor.requests).toHaveLength(70);
  });

  it('keeps the others when one fails', async () => {
    const outcomes = await outcomesOf([...files(5), ...files(1, 'unwanted'), ...files(5, 'more')]);
    const failed = outcomes.filter((outcome) => 'error' in outcome);
    expect(outcomes).toHaveLength(11);
    expect(failed).toMatchObject([
      { file: { filename: 'unwanted-1.0.tar.gz' }, error: { code: 'ERR_REKOR_REFUSED' } },
    ]);
  });

  it('counts a file as done only once it was judged', async () => {
    const wanted = files(3);
    const judge = (_bundle: SigstoreBundle, file: FileToAttest): void => {
      if (file === wanted[1]) throw new Error('does not verify');
    };
    const outcomes = await outcomesOf(wanted, { judge });
    expect(outcomes.filter((outcome) => 'error' in outcome).map(({ file }) => file)).toEqual([wanted[1]]);
  });

  it('takes two statements of one file, and one of them twice', async () => {
    const [file] = files(1);
    if (file === undefined) throw new Error('no file');
    expect(await outcomesOf([file, file, { ...file }])).toHaveLength(3);
  });

  it('has no more files wait for services than it may, and no more than twice as many unfinished', async () => {
    let [waiting, unfinished, mostWaiting, mostUnfinished] = [0, 0, 0, 0];
    const { witness } = parties;
    const testify: SigningParties['witness']['testify'] = async (...args) => {
      mostWaiting = Math.max(mostWaiting, ++waiting);
      mostUnfinished = Math.max(mostUnfinished, ++unfinished);
      try {
        return await witness.testify(...args);
      } finally {
        waiting -= 1;
      }
    };
    const made = attestFiles(files(12), { ...parties, witness: { testify }, judge: slowly, concurrency: 3 });
    for await (const outcome of made) {
      expect(outcome).toHaveProperty('bundle');
      unfinished -= 1;
    }
    expect([mostWaiting, mostUnfinished]).toEqual([3, 6]);
    await expect(outcomesOf(files(1), { concurrency: 0 })).rejects.toThrowError(TypeError);
  });

  it('lets neither a judge nor a reader keep the next file from the log', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const reading = outcomesOf(files(6), { judge: () => gate, concurrency: 3 });
    await vi.waitFor(() => expect(rekor.requests).toHaveLength(6));
    open();
    expect(await reading).toHaveLength(6);
  });

  it('takes files as they are prepared, and ends with what preparing them throws', async () => {
    const seen: AttestOutcome[] = [];
    for await (const outcome of attestFiles(prepared(5), { ...parties, concurrency: 2 })) seen.push(outcome);
    expect(seen).toHaveLength(5);
    const failing = async (): Promise<void> => {
      for await (const outcome of attestFiles(prepared(3, new Error('gone')), parties)) seen.push(outcome);
    };
    await expect(failing()).rejects.toThrowError('gone');
    expect(seen).toHaveLength(8);
  });

  it('begins no further file after an abort, or when nobody reads on', async () => {
    const controller = new AbortController();
    const judge = (): void => controller.abort();
    const begun = await outcomesOf(files(9), { judge, concurrency: 2, signal: controller.signal });
    expect(begun.length).toBeLessThanOrEqual(4);
    rekor.requests.length = 0;
    for await (const outcome of attestFiles(files(9), { ...parties, concurrency: 2 })) {
      expect(outcome).toHaveProperty('bundle');
      break;
    }
    expect(rekor.requests.length).toBeLessThanOrEqual(4);
  });

  it('tells every file when there is no certificate, and asks for it once', async () => {
    const session = new CertificateSession({
      identityProvider: { getToken: async () => toyToken({ exp: 1 }) },
      fulcio: new FulcioClient({ url: fulcio.url, http }),
      trustedRoot: ca.trustedRoot,
      now: () => NOW,
    });
    const outcomes = await outcomesOf(files(40), { signer: new SessionSigner(session) });
    expect(outcomes.filter((outcome) => 'error' in outcome)).toHaveLength(40);
    expect(inspect(outcomes, { depth: 9, showHidden: true })).not.toContain('eyJ');
    expect([fulcio.requests, rekor.requests]).toEqual([[], []]);
  });
});

describe('planPublishAttestation', () => {
  it('states the name and the digest of the file, byte for byte as PyPI`s tools do', () => {
    const [file] = files(1);
    expect(Buffer.from(file?.statement ?? []).toString()).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"pkg-1.0.tar.gz","digest":{"sha256":"${'ab'.repeat(32)}"}}],"predicateType":"https://docs.pypi.org/attestations/publish/v1","predicate":null}`,
    );
  });

  it('refuses a name that no index takes', () => {
    const file = { path: 'a.zip.txt', filename: 'a.zip.txt', sha256Hex: 'ab'.repeat(32) };
    expect(() => planPublishAttestation(file)).toThrowError(
      expect.objectContaining({ code: 'ERR_DIST_FILENAME' }),
    );
  });
});
