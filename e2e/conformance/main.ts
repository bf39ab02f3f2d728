// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { parseCommandLine, UsageError } from './command-line.ts';

/** The client of Sigstore's conformance suite (docs/cli_protocol.md there): 0 for success, anything else for failure. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const request = parseCommandLine(argv);
    // Each command's code is loaded by itself: verifying knows of no network.
    if (request.command === 'sign-bundle') {
      const { signBundle } = await import('./sign-bundle.ts');
      await signBundle(request);
    } else {
      const { verifyBundle } = await import('./verify-bundle.ts');
      await verifyBundle(request);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function describe(error: unknown): string {
  if (isAppError(error)) return `${error.code}: ${error.message}`;
  return error instanceof UsageError ? error.message : `a bug: ${String(error)}`;
}

process.exitCode = await main(process.argv.slice(2));
