// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { UNUSED } from '../options/global.ts';

/** A Sigstore and an index on loopback. */
export const SANDBOX: CommandSpec = {
  usage: 'sandbox',
  operand: 'none',
  runsOthers: true,
  summary:
    'Start a whole Sigstore and a package index on loopback, or run a command in it: sandbox -- COMMAND',
  network: 'always',
  unused: UNUSED.byChecking,
  example: 'sandbox -- npm test',
  options: {
    publisher: {
      type: 'string',
      describe: 'the publisher that its index trusts, and whose tokens it gives',
    },
    project: { type: 'string', describe: 'a project of that publisher (may be repeated; none: any)' },
  },
  load: async () => (await import('../commands/sandbox.ts')).runSandbox,
};
