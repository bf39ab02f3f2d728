// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';

/** Longer than any token of an index; a file that is piped in by mistake is not read to its end. */
const MAX_BYTES = 65_536;

/**
 * Reads a password from standard input: everything but the line break that ends it.
 * @throws CliError ERR_USAGE; the message holds nothing of what was read
 */
export async function readPassword(input: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES)
      throw usageError(`--password-stdin: more than ${MAX_BYTES} bytes on standard input`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (text === '') throw usageError('--password-stdin: standard input is empty');
  if (/[\r\n]/.test(text)) throw usageError('--password-stdin: more than one line on standard input');
  return text;
}
