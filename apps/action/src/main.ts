// SPDX-License-Identifier: Apache-2.0
import type { Host } from 'colophon/src/host.ts';
import { runStep } from './step.ts';

const interruption = new AbortController();
// A cancelled workflow sends SIGINT, then SIGTERM.
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

const host: Host = {
  environment: process.env,
  workingDirectory: process.cwd(),
  stderrIsTerminal: false,
  stdoutIsTerminal: false,
  signal: interruption.signal,
  now: () => new Date(),
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
};

process.exitCode = await runStep(host);
