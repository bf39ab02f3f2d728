// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOfficeNetwork, type OfficeNetwork } from './office-network.ts';
import { type Ending, runProgram } from './program.ts';

let sandbox: Sandbox;
let network: OfficeNetwork;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  network = await openOfficeNetwork(sandbox);
});
afterAll(async () => {
  await network.close();
  await sandbox.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-transport-'));
  network.seen.length = 0;
  await writeFile(join(folder, 'a.txt'), 'hello');
  await writeFile(join(folder, 'office.pem'), network.authority);
  const { clientTrustConfig: direct } = sandbox;
  // What is trusted is the same; where it is found is not.
  const signingConfig: unknown = JSON.parse(network.renamed(JSON.stringify(direct['signingConfig'])));
  await writeFile(join(folder, 'office.json'), JSON.stringify({ ...direct, signingConfig }));
  await writeFile(join(folder, 'direct.json'), JSON.stringify(direct));
  return () => rm(folder, { recursive: true });
});

function environment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const job = JSON.parse(network.renamed(JSON.stringify(sandbox.environment))) as Record<string, string>;
  return { ...job, COLOPHON_TRUST_CONFIG: 'office.json', ...extra };
}

async function sign(argv: readonly string[], extra: Readonly<Record<string, string>>): Promise<Ending> {
  return runProgram(['sign', 'a.txt', '--time-budget', '2', ...argv], folder, environment(extra));
}

const ALL = ['oidc', 'fulcio', 'tsa', 'rekorv2'].map((name) => `CONNECT ${name}.test:443`);

describe('signing in a network with a proxy and an authority of its own', () => {
  it('goes through HTTPS_PROXY to every service, in tunnels that the proxy cannot look into', async () => {
    const { status, stderr } = await sign(['--ca-cert', 'office.pem'], { HTTPS_PROXY: network.proxyUrl });
    expect([stderr, status]).toEqual([expect.stringContaining('signing 1 file'), 0]);
    expect(network.seen).toEqual(ALL);
    expect(network.bytes().toString('latin1')).not.toMatch(/eyJ|authorization|signingCert/i);
    expect(await readdir(folder)).toContain('a.txt.sigstore.json');
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('takes the authority from SSL_CERT_FILE, and %s', async (name) => {
    const { status } = await sign([], { [name]: network.proxyUrl, SSL_CERT_FILE: 'office.pem' });
    expect([status, network.seen]).toEqual([0, ALL]);
  });

  it('says at once that it does not know the authority, and asks nobody a second time', async () => {
    const { status, stderr } = await sign([], { HTTPS_PROXY: network.proxyUrl });
    expect(status).toBe(42);
    expect(stderr).toContain('error[ERR_HTTP_TLS]');
    expect(stderr).toContain('--ca-cert');
    expect(network.seen).toEqual(ALL.slice(0, 1));
  });

  it.each(['NO_PROXY', 'no_proxy'])('goes around the proxy where %s says so', async (name) => {
    const { status, stderr } = await sign(['--ca-cert', 'office.pem'], {
      HTTPS_PROXY: network.proxyUrl,
      [name]: 'example.com,.test',
    });
    expect(status).toBe(42);
    expect(stderr).toContain('no connection');
    expect(network.seen).toEqual([]);
  });

  it('never shows the proxy what is on this machine', async () => {
    const run = await runProgram(['sign', 'a.txt'], folder, {
      ...sandbox.environment,
      COLOPHON_TRUST_CONFIG: 'direct.json',
      HTTP_PROXY: network.proxyUrl,
      HTTPS_PROXY: network.proxyUrl,
    });
    expect([run.status, network.seen]).toEqual([0, []]);
  });
});

describe('a wire trace', () => {
  it('tells each request and answer by -vv, and no token', async () => {
    const token = await sandbox.issueToken();
    const job = { ...sandbox.environment, COLOPHON_TRUST_CONFIG: 'direct.json' };
    const ambient = await runProgram(['sign', 'a.txt', '-vv'], folder, job);
    const given = await runProgram(
      ['sign', 'a.txt', '-vv', '--overwrite', '--identity-token', token],
      folder,
      job,
    );
    for (const { status, stderr } of [ambient, given]) {
      expect(status).toBe(0);
      expect(stderr).toMatch(/^> POST http:\/\/localhost:\d+\/api\/v2\/signingCert \(\d+ bytes\)$/m);
      expect(stderr).toMatch(/^>   authorization: \[redacted\]$/m);
      expect(stderr).toMatch(/^< 201 to POST http:\/\/localhost:\d+\/api\/v2\/log\/entries after \d+ ms$/m);
      expect(stderr).not.toMatch(/eyJ/);
      expect(stderr).not.toContain(sandbox.environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
    }
    expect(ambient.stderr).toMatch(/^> GET http:\/\/localhost:\d+\/gha\/token\?\.\.\. \(0 bytes\)$/m);
  });

  it('is not told without it', async () => {
    const job = { ...sandbox.environment, COLOPHON_TRUST_CONFIG: 'direct.json' };
    expect((await runProgram(['sign', 'a.txt', '-v'], folder, job)).stderr).not.toMatch(/^[<>] /m);
  });
});
