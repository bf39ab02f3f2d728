// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import type { Context } from '../command.ts';
import { runCommand } from '../signing/ambient-place.ts';
import type { Password } from './credential.ts';

/** Unlocking a keyring may ask the user something, which takes them a while. */
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 65_536;

/**
 * Asks Python's keyring by its command line, `keyring get SERVICE USER`, as uv does; the service is the upload URL, under
 * which twine stores its passwords, else the host alone. Undefined where there is no such program, or it knows nothing.
 */
export async function keyringPassword(
  uploadUrl: string,
  username: string,
  context: Context,
): Promise<Password | undefined> {
  for (const service of [uploadUrl, new URL(uploadUrl).host]) {
    const secret = await ask(service, username, context);
    if (secret === 'no-keyring') return undefined;
    if (secret !== undefined) return { username, secret, source: `keyring get ${service} ${username}` };
  }
  return undefined;
}

async function ask(
  service: string,
  username: string,
  { host, talk }: Context,
): Promise<Secret | 'no-keyring' | undefined> {
  // A word that begins with a dash would be an option of the program.
  if (username.startsWith('-')) return undefined;
  const { environment, signal } = host;
  const limits = { environment, signal, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
  const result = await runCommand('keyring', ['get', service, username], limits).catch((error: unknown) => {
    signal.throwIfAborted();
    talk.detail(`keyring cannot be run: ${error instanceof Error ? error.message : ''}`);
    return undefined;
  });
  if (result === undefined) return 'no-keyring';
  if (result.status === undefined)
    talk.warn(`keyring did not answer in ${TIMEOUT_MS / 1000} s, or crashed; going on without`);
  if (result.status !== 0) return undefined;
  const text = result.stdout.reveal().replace(/\r?\n$/, '');
  return text === '' || /[\r\n]/.test(text) ? undefined : new Secret(text);
}
