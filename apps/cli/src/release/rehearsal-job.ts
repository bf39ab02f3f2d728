// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import { withClient } from '../client.ts';
import type { Context } from '../command.ts';
import { GITHUB_ISSUER } from '../identity/job-claims.ts';
import { ambientProvider, ambientToken } from '../identity/identity.ts';
import { formatPublisher } from '../identity/publisher-text.ts';
import { publisherOfToken } from '../identity/signer-policy.ts';

/** What every token has of its own; the sandbox writes them itself. */
const OF_ONE_TOKEN = new Set(['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti']);

export interface OwnJob {
  readonly claims: JsonObject;
  readonly publisher: string;
}

/**
 * What GitHub says of the job that a rehearsal runs in, for the sandbox to say the same; undefined outside of one, and in
 * one that may not ask. The token itself goes no further than here.
 * @throws OidcError, HttpError
 */
export async function ownJob(context: Context): Promise<OwnJob | undefined> {
  if (ambientProvider(context) === undefined) return undefined;
  try {
    const token = await withClient(context, (http) => ambientToken(context, http, 'sigstore'));
    const publisher = publisherOfToken(token);
    if (token.claims.iss !== GITHUB_ISSUER || publisher === undefined) return undefined;
    const own = Object.entries(token.claims).filter(([name]) => !OF_ONE_TOKEN.has(name));
    return { claims: Object.fromEntries(own), publisher: formatPublisher(publisher) };
  } catch (error) {
    if (!isAppError(error) || error.code !== 'ERR_TOKEN_PERMISSION') throw error;
    context.talk.say(`${error.message}: rehearsing as the publisher`);
    return undefined;
  }
}
