// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { parseHttpUrl } from '@colophon/http';
import type { AmbientProvider, AmbientRequest, Environment } from './ambient-provider.ts';
import { OidcError } from './oidc-error.ts';
import { readTokenField, refusedAnswer } from './token-answer.ts';

const TIMEOUT_MS = 30_000;
const URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const TOKEN_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';
const SERVICE = "GitHub's token service";

/** GitHub Actions: the runner's token service, open to jobs with the permission `id-token: write`. */
export const githubActions: AmbientProvider = {
  name: 'GitHub Actions',
  renewable: true,
  detect: ({ environment }) => Boolean(environment['GITHUB_ACTIONS']),
  requestToken: requestGithubToken,
};

async function requestGithubToken(request: AmbientRequest): Promise<string> {
  const { environment, audience, http, signal } = request;
  // The URL has a query of its own, which says which job asks: the audience joins it.
  const url = parseHttpUrl(variable(environment, URL_VARIABLE));
  url.searchParams.set('audience', audience);
  const credential = new Secret(variable(environment, TOKEN_VARIABLE));
  const answer = await http.request({
    method: 'GET',
    url,
    headers: { authorization: `bearer ${credential.reveal()}`, accept: 'application/json' },
    secrets: [credential],
    timeoutMs: TIMEOUT_MS,
    maxBytes: 256 * 1024,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) throw refusedAnswer(answer, SERVICE);
  return readTokenField(answer, 'value', SERVICE);
}

function variable(environment: Environment, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  const message = `GitHub Actions gives this job no identity token: ${name} is not set; the job needs the permission id-token: write`;
  throw new OidcError('ERR_TOKEN_PERMISSION', message, { details: { variable: name } });
}
