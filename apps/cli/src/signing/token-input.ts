// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';

/** Longer than any token; what is piped in by mistake is not read to its end. */
const MAX_BYTES = 65_536;

const pending = new WeakMap<Host, Promise<string>>();

/** The token on standard input, which can be read once in a run: whoever asks again is given the same. */
export function tokenFromInput(host: Host, input: AsyncIterable<unknown>): Promise<string> {
  const known = pending.get(host) ?? readToken(input);
  pending.set(host, known);
  return known;
}

/** @throws CliError ERR_USAGE; the message holds nothing of what was read */
async function readToken(input: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES)
      throw usageError(`--identity-token-file: more than ${MAX_BYTES} bytes on standard input`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') throw usageError('--identity-token-file: standard input is empty');
  return text;
}
