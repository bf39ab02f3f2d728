// SPDX-License-Identifier: Apache-2.0
import type { Options } from 'yargs';
import { usageError } from '../cli-error.ts';
import type { Arguments } from '../options/arguments.ts';

/** What older signing programs take one by one: the parts of an instance. They are known here to be refused with a way out. */
const OLD = ['fulcio-url', 'rekor-url', 'rekor-root-pubkey', 'ctfe', 'ctfe-pem'] as const;

export const OLD_SERVICE_OPTIONS: Readonly<Record<string, Options>> = Object.fromEntries(
  OLD.map((name) => [name, { type: 'string', hidden: true }]),
);

/** Half an instance never signs. @throws CliError ERR_USAGE */
export function refuseOldServices(args: Arguments): void {
  const given = OLD.find((name) => args.has(name));
  if (given === undefined) return;
  throw usageError(
    `--${given} names a part of an instance: give the whole of it with --trust-config FILE, or --trusted-root and --signing-config`,
  );
}
