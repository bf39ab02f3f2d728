// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { Context, Outcome } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { releaseDists } from '../release/release-dists.ts';
import { tellRunnerOfFailure } from '../release/release-summary.ts';

/** `release`, on a runner with a summary and marks at failures. */
export async function runRelease(args: Arguments, context: Context): Promise<Outcome> {
  try {
    return await release(args, context);
  } catch (error) {
    await tellRunnerOfFailure(error, context);
    throw error;
  }
}

// Check, identity, attest, verify, upload, read back.
async function release(args: Arguments, context: Context): Promise<Outcome> {
  if (args.flag('rehearse')) {
    const { rehearse } = await import('../release/rehearsal.ts');
    return rehearse(args, context);
  }
  const directory = args.text('output-directory');
  return releaseDists(args, context, {
    operands: args.operands.length > 0 ? args.operands : ['dist'],
    outputDirectory: directory === undefined ? undefined : resolve(context.host.workingDirectory, directory),
    keepIn: undefined,
    journalFolder: context.host.workingDirectory,
    lasting: true,
  });
}
