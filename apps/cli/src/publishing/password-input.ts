// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';
import { readSecretInput } from '../files/secret-input.ts';

/**
 * Reads a password from standard input: everything but the line break that ends it.
 * @throws CliError ERR_USAGE; the message holds nothing of what was read
 */
export async function readPassword(input: AsyncIterable<unknown>): Promise<string> {
  const text = (await readSecretInput(input, '--password-stdin')).replace(/\r?\n$/, '');
  if (text === '') throw usageError('--password-stdin: standard input is empty');
  if (/[\r\n]/.test(text)) throw usageError('--password-stdin: more than one line on standard input');
  return text;
}
