// SPDX-License-Identifier: Apache-2.0
import type { AmbientProvider, AmbientRequest, Environment } from './ambient-provider.ts';
import { githubActions } from './github-actions.ts';
import { type IdToken, parseIdToken } from './id-token.ts';

const PROVIDERS: readonly AmbientProvider[] = [githubActions];

export interface AmbientTokenOptions extends AmbientRequest {
  /** The clock; read once the token is there. */
  readonly now: () => Date;
}

/** The place that runs us and gives tokens to its jobs, if we know it. */
export function detectAmbientProvider(environment: Environment): AmbientProvider | undefined {
  return PROVIDERS.find((provider) => provider.detect(environment));
}

/**
 * Requests an identity token from the place that runs us; undefined when that is none we know.
 * @throws OidcError ERR_TOKEN_PERMISSION, ERR_TOKEN_SERVICE, and those of `parseIdToken`
 * @throws HttpError when the token service cannot be reached
 */
export async function detectAmbientToken(options: AmbientTokenOptions): Promise<IdToken | undefined> {
  const provider = detectAmbientProvider(options.environment);
  if (provider === undefined) return undefined;
  const text = await provider.requestToken(options);
  return parseIdToken(text, { audience: options.audience, now: options.now() });
}
