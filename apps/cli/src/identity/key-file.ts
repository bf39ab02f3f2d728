// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8, EncodingError } from '@colophon/base';
import { decodePem, importPublicKey, PkiError } from '@colophon/pki';
import type { KeyPolicy } from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import { readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';

/** The public key of `--key`, in PEM. @throws CliError ERR_KEY when it is none that can be judged by, ERR_READ_FILE */
export async function readKey(args: Arguments, host: Host): Promise<KeyPolicy | undefined> {
  const path = args.text('key');
  if (path === undefined) return undefined;
  const bytes = await readWhole(resolve(host.workingDirectory, path));
  try {
    const [der, ...others] = decodePem(decodeUtf8(bytes), 'PUBLIC KEY');
    if (der === undefined || others.length > 0)
      throw new CliError('ERR_KEY', `${path} holds ${others.length + 1} keys, not one`);
    return { kind: 'key', publicKey: importPublicKey(der) };
  } catch (cause) {
    if (!(cause instanceof PkiError || cause instanceof EncodingError)) throw cause;
    throw new CliError('ERR_KEY', `${path} is not a public key to verify with: ${cause.message}`, { cause });
  }
}
