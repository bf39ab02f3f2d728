// SPDX-License-Identifier: Apache-2.0
import type { AmbientPlace, AmbientProvider, AmbientRequest, Environment } from './ambient-provider.ts';
import { buildkite } from './buildkite.ts';
import { circleCi } from './circleci.ts';
import { githubActions } from './github-actions.ts';
import { gitlabCi } from './gitlab-ci.ts';
import { googleCloud } from './google-cloud.ts';
import { type IdToken, parseIdToken } from './id-token.ts';
import { OidcError } from './oidc-error.ts';

/** In the order in which they are asked, which is that of Sigstore's other clients: the first that is detected counts. */
const PROVIDERS: readonly AmbientProvider[] = [githubActions, googleCloud, buildkite, gitlabCi, circleCi];

export interface AmbientTokenOptions extends AmbientRequest {
  /** The clock; read once the token is there. */
  readonly now: () => Date;
}

/** A token of the place that runs us. */
export interface AmbientToken extends IdToken {
  /** The place's name, such as `GitLab CI`. */
  readonly provider: string;
  /** Whether asking again gives another token. Where not, the end of this one is the end of signing. */
  readonly renewable: boolean;
}

/** The place that runs us and gives tokens to its jobs, if we know it. */
export function detectAmbientProvider(
  environment: Environment,
  readFile?: AmbientPlace['readFile'],
): AmbientProvider | undefined {
  const place = { environment, ...(readFile === undefined ? {} : { readFile }) };
  return PROVIDERS.find((provider) => provider.detect(place));
}

/**
 * Requests an identity token from the place that runs us; undefined when that is none we know.
 * @throws OidcError ERR_TOKEN_PERMISSION, ERR_TOKEN_SERVICE, and those of `parseIdToken`
 * @throws HttpError when the token service cannot be reached
 */
export async function detectAmbientToken(options: AmbientTokenOptions): Promise<AmbientToken | undefined> {
  const provider = detectAmbientProvider(options.environment, options.readFile);
  if (provider === undefined) return undefined;
  const text = await provider.requestToken(options);
  const { name, renewable } = provider;
  return { ...readToken(text, name, options), provider: name, renewable };
}

function readToken(text: string, name: string, { audience, now }: AmbientTokenOptions): IdToken {
  try {
    return parseIdToken(text, { audience, now: now() });
  } catch (cause) {
    if (!(cause instanceof OidcError)) throw cause;
    throw new OidcError(cause.code, `${name} gave a token of no use: ${cause.message}`);
  }
}
