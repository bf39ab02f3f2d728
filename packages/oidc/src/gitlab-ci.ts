// SPDX-License-Identifier: Apache-2.0
import type { AmbientProvider, AmbientRequest } from './ambient-provider.ts';
import { OidcError } from './oidc-error.ts';
import { quoteClaim } from './quoted-claim.ts';

/** GitLab CI: tokens that the job declares under `id_tokens:`, one for each audience, made once when the job starts. */
export const gitlabCi: AmbientProvider = {
  name: 'GitLab CI',
  renewable: false,
  detect: ({ environment }) => Boolean(environment['GITLAB_CI']),
  requestToken: async (request) => declaredToken(request),
};

function declaredToken({ environment, audience }: AmbientRequest): string {
  const name = variableFor(audience);
  const token = environment[name];
  if (token) return token;
  throw new OidcError(
    'ERR_TOKEN_PERMISSION',
    `GitLab CI gives this job no identity token: ${name} is not set; ` +
      `the job needs id_tokens: { ${name}: { aud: ${quoteClaim(audience)} } }`,
    { details: { variable: name } },
  );
}

/** `SIGSTORE_ID_TOKEN` for `sigstore`: upper case, all else than ASCII letters, digits and `_` is `_`, and so is a digit that leads. */
function variableFor(audience: string): string {
  return `${audience.toUpperCase().replace(/[^A-Z0-9_]|^[^A-Z_]/gu, '_')}_ID_TOKEN`;
}
