// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { parseBundle } from '@colophon/attestation';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY, openSigningStage, type SigningStage } from './support/signing-stage.ts';

let stage: SigningStage;

beforeAll(async () => void (stage = await openSigningStage()));
afterAll(() => stage.close());
afterEach(async () => {
  stage.sandbox.faults.clear();
  for (const name of await stage.names()) await rm(stage.path(name), { recursive: true });
  stage.taken();
});

const logged = (): string[] => stage.taken().filter((line) => line.startsWith('rekor'));

describe('sign', () => {
  it('writes a v0.3 bundle beside each file, which verify accepts, by one certificate', async () => {
    await stage.write('SHA256SUMS', 'hello');
    await stage.write('b.bin', Buffer.alloc(3_000_000, 7));
    const { status, report, stderr } = await stage.run(['sign', 'SHA256SUMS', 'b.bin']);
    expect(status).toBe(0);
    expect(report).toMatchObject({ schema: 'colophon.sign/1', status: 0 });
    expect(report['files']).toMatchObject([
      {
        file: 'SHA256SUMS',
        outcome: 'signed',
        sha256: createHash('sha256').update('hello').digest('hex'),
        outputs: [stage.path('SHA256SUMS.sigstore.json')],
        retry: false,
      },
      { file: 'b.bin', outcome: 'signed' },
    ]);
    expect(stderr).toMatch(/^signing 2 files as https:\/\/github\.com\/octo-org\/sample-project\//);
    expect(stage.taken().filter((line) => line.startsWith('fulcio'))).toHaveLength(1);
    expect(parseBundle(await stage.read('b.bin.sigstore.json'))).toMatchObject({
      version: '0.3',
      keyMaterial: { kind: 'certificate', chain: { length: 1 } },
      content: { kind: 'message', digest: { algorithm: 'SHA2_256' } },
    });
    expect(await stage.run(['verify', 'SHA256SUMS', 'b.bin', ...IDENTITY])).toMatchObject({ status: 0 });
    await stage.write('b.bin', 'changed');
    expect(await stage.run(['verify', 'b.bin', ...IDENTITY])).toMatchObject({ status: 30 });
  });

  it('says what it leaves out of all that was named', async () => {
    for (const name of ['a.txt', 'a.txt.sig', 'data.jsonl']) await stage.write(name, 'hello');
    const some = await stage.run(['sign', 'a.txt', 'a.txt.sig', 'data.jsonl']);
    expect(some.report['files']).toMatchObject([{ file: 'a.txt' }]);
    expect(some.stderr).toContain('left out: a.txt.sig, data.jsonl are named as evidence');
    const none = await stage.run(['sign', 'data.jsonl']);
    expect(none).toMatchObject({ status: 20, report: { error: { code: 'ERR_NO_INPUT' } } });
    expect(none.stderr).toContain('nothing to sign: data.jsonl is named as evidence');
  });

  it('writes signature and certificate apart too, for programs that know no bundles', async () => {
    await stage.write('a.txt', 'hello');
    const { report } = await stage.run(['sign', 'a.txt', '--detached', '--output-directory', 'out']);
    const names = ['a.txt.sigstore.json', 'a.txt.sig', 'a.txt.crt'].map((name) => stage.path(`out/${name}`));
    expect(report['files']).toMatchObject([{ outputs: names }]);
    const signature = await stage.read('out/a.txt.sig');
    expect(signature).toMatch(/^[A-Za-z0-9+/]+={0,2}\n$/);
    const { publicKey } = new X509Certificate(await stage.read('out/a.txt.crt'));
    const spki = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    expect(verify('sha256', Buffer.from('hello'), spki, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('writes the bundle where it is told to', async () => {
    await stage.write('a.txt', 'hello');
    await stage.run(['sign', 'a.txt', '--bundle', 'deep/er/x.json']);
    expect(await stage.names()).toEqual(['a.txt', 'deep']);
    expect(await stage.run(['verify', 'a.txt', '--bundle', 'deep/er/x.json', ...IDENTITY])).toMatchObject({
      status: 0,
    });
  });

  it('takes a token that is handed over, and never shows it', async () => {
    await stage.write('a.txt', 'hello');
    const token = await stage.sandbox.issueToken();
    await stage.write('token.jwt', `${token}\n`);
    const { status } = await stage.run(['sign', 'a.txt', '--identity-token-file', 'token.jwt']);
    expect(status).toBe(0);
    const wrong = await stage.run(['sign', 'a.txt', '--overwrite', '--identity-token', `${token}x.y`]);
    expect(wrong.status).toBe(40);
  });

  it('tells each failed file, and once what is wrong with all', async () => {
    const fault = { kind: 'status', status: 400, body: 'no' } as const;
    stage.sandbox.faults.add({ service: 'fulcio', path: '/api/v2/signingCert', fault });
    for (const name of ['a.txt', 'b.txt']) await stage.write(name, name);
    const { status, stdout, stderr } = await stage.run(['sign', 'a.txt', 'b.txt'], { plain: true });
    stage.sandbox.faults.clear();
    expect(status).toBe(41);
    expect(stdout.split('\n').toSorted()).toEqual([
      '',
      'failed: a.txt (ERR_FULCIO_REFUSED)',
      'failed: b.txt (ERR_FULCIO_REFUSED)',
    ]);
    expect(stderr.match(/error\[ERR_FULCIO_REFUSED\]/g)).toHaveLength(1);
  });

  it('finishes the others when one file fails, and says 43', async () => {
    await stage.write('a.txt', 'hello');
    execFileSync('mkfifo', [stage.path('pipe')]);
    const { status, report } = await stage.run(['sign', 'a.txt', 'pipe']);
    expect(status).toBe(43);
    expect(report['files']).toMatchObject([
      { file: 'a.txt', status: 0, outcome: 'signed' },
      { file: 'pipe', status: 21, outcome: 'failed', code: 'ERR_SIGN_FILE', retry: false },
    ]);
    expect(await stage.names()).toEqual(['a.txt', 'a.txt.sigstore.json', 'pipe']);
  });

  it('leaves nothing behind when the log refuses, is away, or the run is interrupted', async () => {
    await stage.write('a.txt', 'hello');
    stage.sandbox.faults.add({ service: 'rekor', fault: { kind: 'status', status: 400 } });
    expect(await stage.run(['sign', 'a.txt', '--rekor-version', '1'])).toMatchObject({ status: 41 });
    stage.sandbox.faults.clear();
    stage.sandbox.faults.add({ service: 'rekor', fault: { kind: 'status', status: 503, retryAfter: 60 } });
    expect(await stage.run(['sign', 'a.txt', '--rekor-version', '1'])).toMatchObject({
      status: 42,
      report: { files: [{ code: 'ERR_HTTP_UNAVAILABLE', retry: true }] },
    });
    const signal = AbortSignal.abort(new Error('stop'));
    expect(await stage.run(['sign', 'a.txt', '--rekor-version', '1'], { signal })).toMatchObject({
      status: 130,
      stdout: '',
    });
    expect(await stage.names()).toEqual(['a.txt']);
  });

  it('fetches the entry of an answer that was lost', async () => {
    await stage.write('a.txt', 'hello');
    stage.sandbox.faults.add({ service: 'rekor', method: 'POST', times: 1, fault: { kind: 'cut-after' } });
    expect(await stage.run(['sign', 'a.txt', '--rekor-version', '1'])).toMatchObject({ status: 0 });
    expect(logged().map((line) => line.split(' ')[1])).toEqual(['POST', 'POST', 'GET']);
  });

  it.each<[string, string[], number, string]>([
    ['no file', [], 2, 'ERR_USAGE'],
    ['a file that is not there', ['nowhere'], 20, 'ERR_NO_INPUT'],
    ['evidence alone', ['old.sig'], 20, 'ERR_NO_INPUT'],
    ['an output that is there', ['done'], 2, 'ERR_OUTPUT_EXISTS'],
    ['a detached output that is there', ['half', '--detached'], 2, 'ERR_OUTPUT_EXISTS'],
    ['one bundle for two files', ['a.txt', 'done', '--bundle', 'x.json'], 2, 'ERR_USAGE'],
    ['two places for the bundle', ['a.txt', '--bundle', 'x', '--output-directory', 'y'], 2, 'ERR_USAGE'],
    ['a bundle over the file itself', ['a.txt', '--bundle', 'a.txt', '--overwrite'], 2, 'ERR_USAGE'],
    [
      'two files of one name in one folder',
      ['a.txt', 'sub/a.txt', '--output-directory', 'o'],
      2,
      'ERR_USAGE',
    ],
    ['a folder that is a file', ['a.txt', '--output-directory', 'done'], 21, 'ERR_OUTPUT_WRITE'],
    ['a log that there is not', ['a.txt', '--rekor-version', '2'], 32, 'ERR_SIGNING_CONFIG'],
    ['a version of the log that there is not', ['a.txt', '--rekor-version', '3'], 2, 'ERR_USAGE'],
    ['no network', ['a.txt', '--offline'], 2, 'ERR_USAGE'],
    ['half an instance', ['a.txt', '--trusted-root', 'a.txt'], 2, 'ERR_USAGE'],
  ])('refuses %s before anything is logged', async (_title, argv, status, code) => {
    for (const name of ['a.txt', 'done', 'done.sigstore.json', 'half', 'half.crt', 'old.sig'])
      await stage.write(name, name);
    execFileSync('mkdir', [stage.path('sub')]);
    await stage.write('sub/a.txt', 'x');
    // There is one log in this trust file, of version 1.
    const { clientTrustConfig } = stage.sandbox;
    const { signingConfig } = clientTrustConfig as {
      signingConfig: { rekorTlogUrls: { majorApiVersion: number }[] };
    };
    const rekorTlogUrls = signingConfig.rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 1);
    const trustConfig = { ...clientTrustConfig, signingConfig: { ...signingConfig, rekorTlogUrls } };
    const run = await stage.run(['sign', ...argv], { trustConfig });
    expect(run).toMatchObject({ status, report: { error: { code } } });
    expect(logged()).toEqual([]);
    expect(await stage.read('a.txt')).toBe('a.txt');
  });

  it('stops a private repository, unless it may', async () => {
    const secret = await openSigningStage({ githubClaims: { repository_visibility: 'private' } });
    try {
      await secret.write('a.txt', 'hello');
      const refused = await secret.run(['sign', 'a.txt']);
      expect(refused).toMatchObject({ status: 2, report: { error: { code: 'ERR_PRIVATE_REPOSITORY' } } });
      expect(secret.taken().filter((line) => !line.startsWith('oidc'))).toEqual([]);
      const allowed = await secret.run(['sign', 'a.txt', '--allow-private']);
      expect(allowed.status).toBe(0);
      expect(allowed.stderr).toMatch(
        /^warning: octo-org\/sample-project is private; the certificate publishes for ever: identity .*, build-signer-uri, .*, source-repository-owner-identifier, .*, run-invocation-uri, /m,
      );
    } finally {
      await secret.close();
    }
  });
});
