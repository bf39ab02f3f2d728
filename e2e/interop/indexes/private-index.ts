// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import type { PythonPeers } from '../build/python-peers.ts';
import { answers, type ServiceGroup } from '../stack/service-group.ts';

/** An index that knows nothing of attestations. */
export interface PrivateIndex {
  readonly name: string;
  readonly uploadUrl: string;
  /** Root of the simple API, ending in a slash. */
  readonly simpleUrl: string;
  readonly username: string;
  readonly password: string;
}

const PASSWORD = 'interop-password';

/** Starts devpi-server with one index that mirrors nothing. */
export async function startDevpi(
  group: ServiceGroup,
  { commands }: PythonPeers,
  folder: string,
): Promise<PrivateIndex> {
  const data = join(folder, 'devpi');
  await runCommand(join(commands, 'devpi-init'), [
    '--serverdir',
    data,
    '--no-root-pypi',
    '--root-passwd',
    PASSWORD,
  ]);
  const base = 'http://localhost:3141';
  const program = join(commands, 'devpi-server');
  // By default it derives its key at a cost of many seconds.
  const cheap = ['--argon2-time-cost', '1', '--argon2-memory-cost', '8', '--argon2-parallelism', '1'];
  const argv = ['--serverdir', data, '--host', '127.0.0.1', '--port', '3141', '--offline-mode', ...cheap];
  await group.start({ name: 'devpi', program, argv, isReady: answers(`${base}/+api`) });
  await createDevpiIndex(base);
  return {
    name: 'devpi-server',
    uploadUrl: `${base}/root/dev/`,
    simpleUrl: `${base}/root/dev/+simple/`,
    username: 'root',
    password: PASSWORD,
  };
}

async function createDevpiIndex(base: string): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify({ user: 'root', password: PASSWORD });
  const login = await fetch(`${base}/+login`, { method: 'POST', headers, body });
  const { result } = (await login.json()) as { result: { password: string } };
  const token = Buffer.from(`root:${result.password}`).toString('base64');
  const index = JSON.stringify({ type: 'stage', bases: [], volatile: false });
  const options = { method: 'PUT', headers: { ...headers, 'x-devpi-auth': token }, body: index };
  const created = await fetch(`${base}/root/dev`, options);
  if (!created.ok) throw new Error(`devpi made no index: ${created.status} ${await created.text()}`);
}

/** Starts pypiserver on an empty folder; uploads need the password, reading does not. */
export async function startPypiserver(
  group: ServiceGroup,
  { commands }: PythonPeers,
  folder: string,
): Promise<PrivateIndex> {
  const packages = join(folder, 'pypiserver');
  await mkdir(packages, { recursive: true });
  const passwords = join(folder, 'pypiserver.htpasswd');
  await writeFile(passwords, `root:{SHA}${createHash('sha1').update(PASSWORD).digest('base64')}\n`);
  const base = 'http://localhost:3142';
  const program = join(commands, 'pypi-server');
  const argv = ['run', '-p', '3142', '-i', '127.0.0.1', '-P', passwords, '--disable-fallback', packages];
  await group.start({ name: 'pypiserver', program, argv, isReady: answers(`${base}/health`) });
  return {
    name: 'pypiserver',
    uploadUrl: `${base}/`,
    simpleUrl: `${base}/simple/`,
    username: 'root',
    password: PASSWORD,
  };
}
