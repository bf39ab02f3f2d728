// SPDX-License-Identifier: Apache-2.0
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** A program for the variable BROWSER that only notes which address it was given. */
export interface Opener {
  readonly program: string;
  /** The address of this run, once there is one. */
  opened(): Promise<string>;
}

export async function writeOpener(folder: string, name: string): Promise<Opener> {
  const [program, note] = [join(folder, `browser-${name}`), join(folder, `opened-${name}`)];
  await rm(note, { force: true });
  await writeFile(program, `#!/bin/sh\nprintf %s "$1" > '${note}.part' && mv '${note}.part' '${note}'\n`);
  await chmod(program, 0o755);
  return { program, opened: () => addressIn(note) };
}

async function addressIn(note: string): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const address = await readFile(note, 'utf8').catch(() => '');
    if (address !== '') return address;
    await sleep(50);
  }
  throw new Error('no browser was opened');
}
