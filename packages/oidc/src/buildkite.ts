// SPDX-License-Identifier: Apache-2.0
import type { AmbientProvider } from './ambient-provider.ts';
import { requestTokenByCommand } from './command-token.ts';

/** Buildkite: the agent that runs the job requests its tokens. */
export const buildkite: AmbientProvider = {
  name: 'Buildkite',
  renewable: true,
  detect: ({ environment }) => Boolean(environment['BUILDKITE']),
  requestToken: async (request) =>
    requestTokenByCommand(
      {
        place: 'Buildkite',
        file: 'buildkite-agent',
        args: ['oidc', 'request-token', '--audience', request.audience],
        remedy: 'the agent must be able to request OIDC tokens for this job',
        secretVariables: ['BUILDKITE_AGENT_ACCESS_TOKEN'],
      },
      request,
    ),
};
