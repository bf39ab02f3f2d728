// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { UNUSED } from '../options/global.ts';

/** What shells need. */
export const COMPLETION: CommandSpec = {
  usage: 'completion [shell..]',
  operand: 'shell',
  summary: 'Print what a shell needs to complete command lines: bash, zsh or fish',
  network: 'never',
  unused: UNUSED.byChecking,
  example: 'completion bash',
  options: {},
  load: async () => (await import('../commands/completion.ts')).runCompletion,
};
