// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { startSandbox, type Sandbox, type TokenRequest } from '@colophon/sandbox';
import { haveVectors, listVectors, vectorPath } from '@colophon/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLIENT = resolve(import.meta.dirname, '../conformance/client');
const SUITE = vectorPath('conformance');
const CASES = join(SUITE, 'bundle-verify');
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const AT_ONCE = 4;
const HELLO = createHash('sha256').update('hello\n').digest('hex');
const STATEMENT = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a.txt', digest: { sha256: HELLO } }],
  predicateType: 'https://example.com/predicate/v1',
  predicate: { answer: 42 },
});

interface Answer {
  readonly status: number | null;
  readonly stderr: string;
}

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'colophon-client-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Starts the client as the suite does: no shell, one executable, from whatever folder. */
function run(
  argv: readonly string[],
  { client = CLIENT, cwd = tmpdir(), options = '' } = {},
): Promise<Answer> {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    NODE_COMPILE_CACHE: join(home, 'compiled'),
    NODE_OPTIONS: options,
  };
  const { promise, resolve: done, reject } = Promise.withResolvers<Answer>();
  const child = spawn(client, argv, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const words: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  child.once('error', reject);
  child.once('close', (status) => done({ status, stderr: Buffer.concat(words).toString() }));
  return promise;
}

const NO_SOCKETS = `--import=${resolve(import.meta.dirname, 'no-sockets.ts')}`;

// The suite starts an executable by its path, which is a shell script: there is none for Windows.
const canStart = process.platform !== 'win32';

function textOr(path: string, fallback: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : fallback;
}

/** The command line by which the suite asks for a case. */
function question(name: string, mode: 'path' | 'digest'): string[] {
  const at = join(CASES, name);
  const key = join(at, 'key.pub');
  const root = join(at, 'trusted_root.json');
  const artifact = existsSync(join(at, 'artifact')) ? join(at, 'artifact') : join(CASES, 'a.txt');
  const digest = createHash('sha256').update(readFileSync(artifact)).digest('hex');
  const who = existsSync(key)
    ? ['--key', key]
    : [
        '--certificate-identity',
        textOr(join(at, 'identity'), IDENTITY),
        '--certificate-oidc-issuer',
        textOr(join(at, 'issuer'), ISSUER),
      ];
  const trust = existsSync(root) ? ['--trusted-root', root] : [];
  const bundle = ['--bundle', join(at, 'bundle.sigstore.json')];
  return ['verify-bundle', ...bundle, ...who, ...trust, mode === 'path' ? artifact : `sha256:${digest}`];
}

describe.runIf(haveVectors && canStart)('the conformance client', () => {
  const names = listVectors('conformance/bundle-verify').filter((name) =>
    existsSync(join(CASES, name, 'bundle.sigstore.json')),
  );
  const questions = names.flatMap((name) => [[name, 'path'] as const, [name, 'digest'] as const]);
  const answers = new Map<string, Answer>();

  beforeAll(async () => {
    const waiting = questions.values();
    const work = async (): Promise<void> => {
      for (const [name, mode] of waiting)
        answers.set(`${name} ${mode}`, await run(question(name, mode), { options: NO_SOCKETS }));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }, 180_000);

  it('is asked all 70 cases, by path and by digest', () => {
    expect(names).toHaveLength(70);
    expect(answers.size).toBe(140);
  });

  it.each(questions)('judges %s by %s, and opens no socket', (name, mode) => {
    const { status, stderr } = answers.get(`${name} ${mode}`) ?? { status: null, stderr: '' };
    // A crash would count as a refusal in the suite: here it does not.
    if (name.endsWith('_fail'))
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^ERR_/) });
    else expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe.runIf(canStart)('the command line of the conformance client', () => {
  it.each([
    ['no command', []],
    ['another command', ['verify']],
    ['no bundle', ['verify-bundle', '--key', 'k', 'file']],
    ['no identity', ['verify-bundle', '--bundle', 'b', 'file']],
    ['half an identity', ['verify-bundle', '--bundle', 'b', '--certificate-identity', 'me', 'file']],
    ['no file', ['verify-bundle', '--bundle', 'b', '--key', 'k']],
    ['two files', ['verify-bundle', '--bundle', 'b', '--key', 'k', 'one', 'two']],
    ['an unknown option', ['verify-bundle', '--offline', '--bundle', 'b', '--key', 'k', 'one']],
    ['no token', ['sign-bundle', '--bundle', 'b', 'file']],
  ])('refuses %s with status 2', async (_, argv) => {
    expect((await run(argv)).status).toBe(2);
  });
});

describe.runIf(canStart)('the conformance client on the sandbox', () => {
  const identity =
    'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0';
  const who = ['--certificate-identity', identity, '--certificate-oidc-issuer', ISSUER];
  let sandbox: Sandbox;
  let folder: string;
  let instance: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colophon-conformance-'));
    sandbox = await startSandbox();
    const { trustedRoot, signingConfig } = await sandbox.writeTrustFiles(folder);
    instance = ['--trusted-root', trustedRoot, '--signing-config', signingConfig];
    await writeFile(join(folder, 'a.txt'), 'hello\n');
    await writeFile(join(folder, 'statement.json'), STATEMENT);
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  const sign = async (file: string, token: TokenRequest = {}, ...flags: string[]): Promise<Answer> => {
    const output = ['--identity-token', await sandbox.issueToken(token), '--bundle', `${file}.json`];
    return run(['sign-bundle', ...flags, ...output, ...instance, file], { cwd: folder });
  };
  const verify = (bundle: string, file: string): Promise<Answer> =>
    run(['verify-bundle', '--bundle', bundle, ...who, ...instance.slice(0, 2), file], { cwd: folder });
  const fine: Answer = { status: 0, stderr: '' };

  it('signs a file with a bundle that it verifies, and not for another file', async () => {
    expect(await sign('a.txt')).toEqual(fine);
    expect(await verify('a.txt.json', 'a.txt')).toEqual(fine);
    expect((await verify('a.txt.json', 'statement.json')).status).toBe(1);
  });

  it('signs an in-toto statement byte for byte, and verifies it for its subject', async () => {
    expect(await sign('statement.json', {}, '--in-toto')).toEqual(fine);
    const { dsseEnvelope } = JSON.parse(await readFile(join(folder, 'statement.json.json'), 'utf8'));
    expect(Buffer.from(dsseEnvelope.payload, 'base64').toString()).toBe(STATEMENT);
    expect(await verify('statement.json.json', 'a.txt')).toEqual(fine);
    expect(await verify('statement.json.json', `sha256:${HELLO}`)).toEqual(fine);
  });

  it('works from any folder, and through a link', async () => {
    await symlink(CLIENT, join(folder, 'link'));
    await symlink('link', join(folder, 'link-to-link'));
    const token = ['--identity-token', await sandbox.issueToken(), '--bundle', 'linked.json'];
    const argv = ['sign-bundle', ...token, ...instance, 'a.txt'];
    expect(await run(argv, { client: join(folder, 'link-to-link'), cwd: folder })).toEqual(fine);
  });

  it('writes nothing for a token that has expired', async () => {
    await writeFile(join(folder, 'late.txt'), 'late');
    const { status, stderr } = await sign('late.txt', { lifetime: -10 });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^ERR_TOKEN_EXPIRED/)]);
    expect(existsSync(join(folder, 'late.txt.json'))).toBe(false);
  });

  it('does not sign with half an instance', async () => {
    const token = await sandbox.issueToken();
    const argv = ['--identity-token', token, '--bundle', 'half.json', ...instance.slice(0, 2), 'a.txt'];
    expect((await run(['sign-bundle', ...argv], { cwd: folder })).status).toBe(2);
  });

  it('would be caught opening a socket', async () => {
    const token = await sandbox.issueToken();
    const argv = ['--identity-token', token, '--bundle', 'caught.json', ...instance, 'a.txt'];
    expect((await run(['sign-bundle', ...argv], { cwd: folder, options: NO_SOCKETS })).status).toBe(99);
  });
});
