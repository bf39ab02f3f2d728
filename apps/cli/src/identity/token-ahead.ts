// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import { withClient } from '../client.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { ambientToken, isTokenAmbient, signingToken, type SigningToken } from './identity.ts';
import { readOidcOptions } from './oidc-options.ts';

/** The first token of a run; `http` is for where it must be asked for now. @throws as `signingToken` */
export type FirstToken = (http: HttpClient) => Promise<SigningToken>;

/** How long a token may lie before it is signed with: large files take longer to be read, and tokens live for minutes. */
const FRESH_MS = 30_000;

/**
 * Runs `use` while the place that runs us is asked for the token to sign with: neither waits for the other. Persons are not,
 * nor is anything read that was handed over, before `use` wants the token, and no failure is told before. Where it never
 * does, since its input is of no use, the asking ends with it.
 */
export async function withTokenAhead<T>(
  args: Arguments,
  context: Context,
  use: (first: FirstToken) => Promise<T>,
): Promise<T> {
  const { host } = context;
  const ending = new AbortController();
  const asked = askAhead(args, context, AbortSignal.any([host.signal, ending.signal]));
  const ended = asked.then(
    () => undefined,
    () => undefined,
  );
  try {
    return await use(async (http) => {
      const ahead = await asked;
      const isFresh = ahead !== undefined && host.now().getTime() - ahead.at.getTime() < FRESH_MS;
      return isFresh ? ahead.token : signingToken(args, context, http);
    });
  } finally {
    ending.abort();
    await ended;
  }
}

interface TokenAhead {
  readonly token: SigningToken;
  readonly at: Date;
}

async function askAhead(
  args: Arguments,
  context: Context,
  signal: AbortSignal,
): Promise<TokenAhead | undefined> {
  const { host } = context;
  if (!isTokenAmbient(args, context)) return undefined;
  const { clientId } = readOidcOptions(args, host);
  const token = await withClient(context, (http) => ambientToken(context, http, clientId, signal));
  return { token, at: host.now() };
}
