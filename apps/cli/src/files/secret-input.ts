// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';
import { readBounded } from './input-file.ts';

/** Longer than any credential; what is piped in by mistake is not read to its end. */
const MAX_BYTES = 65_536;

/**
 * Reads the credential on standard input that `option` announced, as it stands there.
 * @throws CliError ERR_USAGE; the message holds nothing of what was read
 */
export async function readSecretInput(input: AsyncIterable<unknown>, option: string): Promise<string> {
  const refusal = () => usageError(`${option}: more than ${MAX_BYTES} bytes on standard input`);
  return (await readBounded(input, MAX_BYTES, refusal)).toString('utf8');
}
