// SPDX-License-Identifier: Apache-2.0
import { subscribe } from 'node:diagnostics_channel';
import fs, { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

/*
 * Loaded into the real program before its own code (`node --import`). Every request and every file that takes its name is a
 * point: before it, and after it. KILL_RECORD appends each point to a file; KILL_AT ends the process at the n-th, as hard
 * as a machine that loses its power.
 */

const { KILL_AT, KILL_RECORD } = process.env;
let passed = 0;

function point(label) {
  passed += 1;
  if (KILL_RECORD !== undefined) appendFileSync(KILL_RECORD, `${label}\n`);
  if (passed === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
}

function nameOf({ request: { method, origin, path } }) {
  return `${method} ${new URL(path, origin).pathname}`;
}

subscribe('undici:request:create', (message) => point(`before ${nameOf(message)}`));
subscribe('undici:request:trailers', (message) => point(`after ${nameOf(message)}`));

const { rename } = fs;
fs.rename = (from, to, done) => {
  point(`before writing ${basename(to)}`);
  rename(from, to, (error) => {
    point(`after writing ${basename(to)}`);
    done(error);
  });
};
const renameSoon = fs.promises.rename;
fs.promises.rename = async (from, to) => {
  point(`before writing ${basename(to)}`);
  await renameSoon(from, to);
  point(`after writing ${basename(to)}`);
};
syncBuiltinESMExports();
