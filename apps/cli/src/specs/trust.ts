// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { UNUSED } from '../options/global.ts';

const ADD: CommandSpec = {
  usage: 'add [url-and-root..]',
  operand: 'url-and-root',
  summary: 'Trust a TUF repository: its URL, and a file with the root to begin at',
  network: 'never',
  unused: UNUSED.byAdding,
  example: 'trust add https://tuf.corp.example root.json',
  options: {},
  load: async () => (await import('../commands/trust-add.ts')).runTrustAdd,
};

/** `trust` and what is below it. */
export const TRUST: CommandSpec = {
  usage: 'trust',
  operand: 'none',
  summary: 'Roots of trust: update, show and export them, or add an instance',
  network: 'sometimes',
  example: 'trust show',
  options: {},
  subcommands: [
    {
      usage: 'update',
      operand: 'none',
      summary: 'Ask the TUF repository of the instance now, and keep what it says',
      network: 'always',
      unused: UNUSED.byUpdating,
      example: 'trust update',
      options: {},
      load: async () => (await import('../commands/trust-update.ts')).runTrustUpdate,
    },
    {
      usage: 'show',
      operand: 'none',
      summary: 'Show whom a run with these options would trust, since when, from where and how old',
      network: 'sometimes',
      unused: UNUSED.byShowing,
      example: 'trust show --offline',
      options: {},
      load: async () => (await import('../commands/trust-show.ts')).runTrustShow,
    },
    {
      usage: 'export',
      operand: 'none',
      summary: 'Write the trusted root, to be carried where there is no network',
      network: 'sometimes',
      unused: UNUSED.byShowing,
      example: 'trust export --output root.json',
      options: { output: { type: 'string', describe: 'the file to write; stdout otherwise' } },
      load: async () => (await import('../commands/trust-export.ts')).runTrustExport,
    },
    ADD,
  ],
  load: async () => (await import('../commands/trust.ts')).runTrust,
};

/** sigstore-python's word for `trust add`; there the URL is `--instance`. */
export const TRUST_INSTANCE: CommandSpec = {
  ...ADD,
  usage: 'trust-instance [url-and-root..]',
  summary: 'The same as trust add; the URL may be given with --instance',
  example: '--instance https://tuf.corp.example trust-instance root.json',
};
