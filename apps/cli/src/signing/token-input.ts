// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';
import { readSecretInput } from '../files/secret-input.ts';
import type { Host } from '../host.ts';

const pending = new WeakMap<Host, Promise<string>>();

/** The token on standard input, which can be read once in a run: whoever asks again is given the same. */
export function tokenFromInput(host: Host, input: AsyncIterable<unknown>): Promise<string> {
  const known = pending.get(host) ?? readToken(input);
  pending.set(host, known);
  return known;
}

/** @throws CliError ERR_USAGE; the message holds nothing of what was read */
async function readToken(input: AsyncIterable<unknown>): Promise<string> {
  const text = (await readSecretInput(input, '--identity-token-file')).trim();
  if (text === '') throw usageError('--identity-token-file: standard input is empty');
  return text;
}
