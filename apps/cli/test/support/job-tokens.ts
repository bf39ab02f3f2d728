// SPDX-License-Identifier: Apache-2.0
import type { Environment } from './publishing.ts';
import type { Answer, UploadIndex } from './upload-index.ts';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The signature part of every token made here: what no output may hold. */
export const TOKEN_MARK = 'c2lnbmF0dXJlLW9mLWEtdG95';

/** An identity token of GitHub, as far as it is read here, for one audience. */
export function identityToken(audience: string, jti = 'one'): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: audience,
    sub: 'repo:o/r:ref:refs/tags/v1',
    iat: seconds,
    exp: seconds + 300,
    jti,
  };
  return `${encoded({ alg: 'RS256' })}.${encoded(claims)}.${TOKEN_MARK}`;
}

/** What the token service answers. */
export function tokenAnswer(audience: string, jti?: string): Answer {
  return [200, 'application/json', JSON.stringify({ value: identityToken(audience, jti) })];
}

/** A job on GitHub whose token service is `index` itself. */
export function githubJob(index: UploadIndex): Environment {
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: new URL('/token?api-version=2', index.uploadUrl).href,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
  };
}
