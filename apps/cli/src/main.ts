// SPDX-License-Identifier: Apache-2.0
import { EXIT } from './exit-status.ts';
import type { Host } from './host.ts';
import { runCommandLine } from './command-line.ts';
import { personOfProcess } from './person.ts';
import { sizeThreadPool } from './thread-pool.ts';

sizeThreadPool(process.env);

const interruption = new AbortController();
// A second interrupt ends the process at once, should tidying up hang.
process.once('SIGINT', () => {
  interruption.abort();
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
});
process.once('SIGTERM', () => interruption.abort());
// A reader that went away (`colophon … | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const host: Host = {
  environment: process.env,
  workingDirectory: process.cwd(),
  stderrIsTerminal: process.stderr.isTTY,
  stdoutIsTerminal: process.stdout.isTTY,
  get terminalColumns() {
    return process.stderr.columns;
  },
  signal: interruption.signal,
  person: personOfProcess(),
  now: () => new Date(),
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
};

process.exitCode = await runCommandLine(process.argv.slice(2), host);
