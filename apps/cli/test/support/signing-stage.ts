// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '@colophon/sandbox';
import { expect } from 'vitest';
import { runCommandLine } from '../../src/command-line.ts';
import type { Person } from '../../src/person.ts';

export const IDENTITY = [
  '--cert-identity',
  'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0',
  '--cert-oidc-issuer',
  'https://token.actions.githubusercontent.com',
];

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`. */
  readonly report: Record<string, unknown>;
}

/** A sandbox, a folder, and the program run there as a job of the sandbox's GitHub. */
export interface SigningStage {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** `service METHOD path` of each request since the last call. */
  taken(): string[];
  /** Where the program and the test see the same file. */
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  read(name: string): Promise<string>;
  names(): Promise<string[]>;
  run(argv: readonly string[], change?: RunChange): Promise<Run>;
  close(): Promise<void>;
}

export interface RunChange {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Whoever sits before the program, and sees what it says. */
  readonly person?: (screen: () => string) => Person;
  /** The token is what was asked for. */
  readonly wantsToken?: boolean;
  /** Without `--json`. */
  readonly plain?: boolean;
  /** Trust files that are used instead of the sandbox's own. */
  readonly trustConfig?: object;
  /** `--time-budget`, in seconds; 5 when not given. */
  readonly budget?: number;
}

export async function openSigningStage(options: SandboxOptions = {}): Promise<SigningStage> {
  const seen: string[] = [];
  const sandbox = await startSandbox({
    ...options,
    onExchange: (exchange) => {
      const { service, method, url } = exchange;
      seen.push(`${service} ${method} ${url.pathname}`);
      options.onExchange?.(exchange);
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'colophon-signing-'));
  const trust = join(folder, 'trust_config.json');
  const path = (name: string) => join(folder, name);
  return {
    sandbox,
    folder,
    path,
    taken: () => seen.splice(0),
    write: (name, content) => writeFile(path(name), content),
    read: (name) => readFile(path(name), 'utf8'),
    names: async () => (await readdir(folder)).filter((name) => name !== 'trust_config.json').toSorted(),
    run: async (argv, change = {}) => {
      await writeFile(trust, JSON.stringify(change.trustConfig ?? sandbox.clientTrustConfig));
      return runIn(folder, argv, { sandbox, change, trust });
    },
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Setting {
  readonly sandbox: Sandbox;
  readonly change: RunChange;
  readonly trust: string;
}

async function runIn(
  folder: string,
  argv: readonly string[],
  { sandbox, change, trust }: Setting,
): Promise<Run> {
  const [out, error]: [string[], string[]] = [[], []];
  const { person, wantsToken = false, plain = false } = change;
  const words = [...argv, ...(plain ? [] : ['--json']), '--time-budget', String(change.budget ?? 5)];
  const status = await runCommandLine(words, {
    environment: { ...sandbox.environment, COLOPHON_TRUST_CONFIG: trust, ...change.environment },
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: change.signal ?? new AbortController().signal,
    now: () => sandbox.clock.now(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
    ...(person === undefined ? {} : { person: person(() => error.join('')) }),
  });
  const [stdout, stderr] = [out.join(''), error.join('')];
  // A token begins like this, whoever issues it.
  expect(wantsToken ? stderr : stdout + stderr).not.toContain('eyJ');
  return {
    status,
    stdout,
    stderr,
    report: JSON.parse(plain ? '{}' : stdout || '{}') as Record<string, unknown>,
  };
}
