// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import { converse, type Conversation, type Talked } from '../../test/conversation.ts';
import type { Rig } from '../rig.ts';
import { LoginBrowser } from './browser.ts';

/** The program from its sources, as a process of its own. */
const COLOPHON = [
  process.execPath,
  '--conditions=@colophon/source',
  resolve(import.meta.dirname, '../../../apps/cli/src/main.ts'),
];

/** A sandbox, a browser, and programs that log people in there. */
export interface LoginScene {
  readonly sandbox: Sandbox;
  readonly browser: LoginBrowser;
  readonly folder: string;
  readonly trustConfig: string;
  readonly trustedRoot: string;
  /** Something to sign, for one scenario. */
  artifact(name: string): Promise<string>;
  colophon(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    talk?: Conversation,
  ): Promise<Talked>;
  sigstorePython(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    talk?: Conversation,
  ): Promise<Talked>;
  /** cosign's sign-blob, which writes to `bundle`. */
  cosign(
    args: readonly string[],
    bundle: string,
    environment?: Readonly<Record<string, string>>,
    talk?: Conversation,
  ): Promise<Talked>;
  close(): Promise<void>;
}

export async function openLoginScene({ tools, folder: scratch }: Rig): Promise<LoginScene> {
  const folder = join(scratch, 'login');
  await mkdir(folder, { recursive: true });
  const sandbox = await startSandbox({ login: { deviceInterval: 1 } });
  const { trustConfig, trustedRoot, signingConfig } = await sandbox.writeTrustFiles(folder);
  const browser = await LoginBrowser.start(tools.system.chromium);
  const python = [tools.python.interpreter, '-m', 'sigstore', '--trust-config', trustConfig];
  return {
    sandbox,
    browser,
    folder,
    trustConfig,
    trustedRoot,
    artifact: async (name) => {
      const path = join(folder, `${name}.txt`);
      await writeFile(path, name);
      return path;
    },
    colophon: (args, environment = {}, talk = {}) =>
      converse([...args, '--trust-config', trustConfig], folder, environment, {
        program: COLOPHON,
        ...talk,
      }),
    sigstorePython: (args, environment = {}, talk = {}) =>
      converse(args, folder, environment, { program: python, ...talk }),
    cosign: (args, bundle, environment = {}, talk = {}) =>
      converse(
        [
          ...args,
          '--yes',
          '--bundle',
          bundle,
          '--trusted-root',
          trustedRoot,
          '--signing-config',
          signingConfig,
        ],
        folder,
        environment,
        { program: [tools.go.cosign, 'sign-blob'], ...talk },
      ),
    close: async () => {
      await browser.close();
      await sandbox.close();
    },
  };
}
