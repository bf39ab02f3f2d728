// SPDX-License-Identifier: Apache-2.0
import type { AmbientProvider } from './ambient-provider.ts';
import { requestTokenByCommand } from './command-token.ts';

/** CircleCI: the tool of the job requests tokens of the root issuer, which is the one that publishers are known by. */
export const circleCi: AmbientProvider = {
  name: 'CircleCI',
  renewable: true,
  detect: ({ environment }) => Boolean(environment['CIRCLECI']),
  requestToken: async (request) =>
    requestTokenByCommand(
      {
        place: 'CircleCI',
        file: 'circleci',
        args: ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: request.audience }), '--root-issuer'],
        remedy: 'the job must be allowed to request OIDC tokens',
        secretVariables: ['CIRCLE_OIDC_TOKEN', 'CIRCLE_OIDC_TOKEN_V2', 'CIRCLE_TOKEN'],
      },
      request,
    ),
};
