// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/command-line.ts';
import type { Person } from '../../src/person.ts';
import { writeSampleDists } from '../../src/files/sample-dist.ts';

export type Environment = Readonly<Record<string, string>>;

export interface PublishRun {
  readonly status: number;
  readonly stderr: string;
  readonly report: Record<string, unknown>;
}

/** What no output of any run here may hold. */
export const SECRET = 'correct-horse;battery#staple';

/** A folder with the sample package in `dist/`, removed with the test. */
export async function dists(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-publish-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await writeSampleDists(join(folder, 'dist'));
  return folder;
}

/** Runs `publish --json` in a folder, whose `.pypirc` is that of the user. */
export async function publishIn(
  folder: string,
  argv: readonly string[],
  environment: Environment = {},
  person?: Person,
): Promise<PublishRun> {
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(['publish', '--json', '--time-budget', '5', ...argv], {
    environment: { HOME: folder, ...environment },
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    terminalColumns: 80,
    signal: new AbortController().signal,
    ...(person === undefined ? {} : { person }),
    now: () => new Date(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
  });
  const [stdout, stderr] = [out.join(''), error.join('')];
  expect(stdout + stderr).not.toContain(SECRET);
  return { status, stderr, report: JSON.parse(stdout) as Record<string, unknown> };
}
