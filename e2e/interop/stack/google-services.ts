// SPDX-License-Identifier: Apache-2.0
import type http from 'node:http';
import { json } from 'node:stream/consumers';

/** What an account of a machine of Google Cloud shows to be given tokens of another one. */
const ACCESS_TOKEN = 'interop-access-token';
const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Answers a machine's question to the metadata server, which demands a header that no browser sends. */
export function metadataDocument({ url = '', headers }: http.IncomingMessage): object | undefined {
  if (headers['metadata-flavor'] !== 'Google') return undefined;
  if (new URL(url, 'http://metadata').pathname !== TOKEN_PATH) return undefined;
  return { access_token: ACCESS_TOKEN, expires_in: 3599, token_type: 'Bearer' };
}

/** Gives the token of a service account to who may act for it, as the IAM credentials service does. */
export async function impersonatedToken(
  request: http.IncomingMessage,
  issue: (account: string, audience: string) => string,
): Promise<object | undefined> {
  const { method, url = '', headers } = request;
  const [, account] = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):generateIdToken$/.exec(url) ?? [];
  if (method !== 'POST' || account === undefined || headers.authorization !== `Bearer ${ACCESS_TOKEN}`)
    return undefined;
  const { audience, includeEmail } = (await json(request)) as { audience: string; includeEmail: boolean };
  return includeEmail ? { token: issue(account, audience) } : undefined;
}
