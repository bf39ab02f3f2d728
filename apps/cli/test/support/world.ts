// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVector, vectorPath } from '@colophon/vectors';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/command-line.ts';
import { assertJsonContract } from './json-contract.ts';

/** What one run of the program left behind. */
export interface Transcript {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for one test, and the program run in it. */
export interface World {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  /** Copies vectors of `pep740/` under their own names, or `from` as `to`. */
  copy(...names: (string | readonly [from: string, to: string])[]): void;
  run(...argv: string[]): Promise<Transcript>;
  /** The same with variables in the environment, which is empty otherwise. */
  runWith(environment: Readonly<Record<string, string>>, ...argv: string[]): Promise<Transcript>;
  /** The same with `--json`: the document. */
  json(...argv: string[]): Promise<Record<string, unknown>>;
}

export const PRODUCTION = ['--trusted-root', vectorPath('trust/public-good/trusted_root.json')];
export const STAGING = ['--trusted-root', vectorPath('trust/staging/trusted_root.json')];

export function openWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const run = (...argv: string[]) => runIn(folder, argv, {});
  return {
    folder,
    path,
    run,
    runWith: (environment, ...argv) => runIn(folder, argv, environment),
    write: (name, content) => writeFileSync(path(name), content),
    copy: (...names) => {
      for (const name of names) {
        const [from, to] = typeof name === 'string' ? [name, name] : name;
        writeFileSync(path(to), readVector(`pep740/${from}`));
      }
    },
    json: async (...argv) => JSON.parse((await run(...argv, '--json')).stdout) as Record<string, unknown>,
  };
}

// What differs from run to run and machine to machine is replaced, so that transcripts can be compared whole.
async function runIn(
  folder: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Transcript> {
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(argv, {
    environment,
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => new Date('2026-08-21T12:00:00Z'),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
  });
  if (printsJson(argv) && status !== 130) assertJsonContract(out.join(''));
  return { status, stdout: scrub(out.join(''), folder), stderr: scrub(error.join(''), folder) };
}

function scrub(text: string, folder: string): string {
  return text
    .replaceAll(`${folder}/`, '')
    .replaceAll(vectorPath('trust'), 'TRUST')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'INDEX');
}

function printsJson(argv: readonly string[]): boolean {
  return argv.slice(0, [...argv, '--'].indexOf('--')).includes('--json');
}
