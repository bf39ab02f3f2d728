// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { OIDC_OPTIONS, TOKEN_OPTIONS } from '../options/identity.ts';

/** The identity token itself. */
export const TOKEN: CommandSpec = {
  usage: 'token',
  operand: 'none',
  summary: 'Print the identity token that a signature would be made with, and nothing else, on stdout',
  network: 'always',
  example: 'token > token.jwt',
  options: { ...TOKEN_OPTIONS, ...OIDC_OPTIONS },
  load: async () => (await import('../commands/token.ts')).runToken,
};

/** sigstore-python's word for `token`. */
export const GET_IDENTITY_TOKEN: CommandSpec = {
  ...TOKEN,
  usage: 'get-identity-token',
  summary: 'The same as token',
  example: 'get-identity-token > token.jwt',
};
