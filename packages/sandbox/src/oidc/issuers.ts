// SPDX-License-Identifier: Apache-2.0

/**
 * The identity providers that the sandbox stands in for: CI systems, and `google` and `dex`, which give e-mail tokens
 * (dex is Sigstore's own broker, behind which people log in with GitHub).
 */
export type IssuerKind = 'github' | 'gitlab' | 'buildkite' | 'circleci' | 'google' | 'dex';

/** The issuers under their production names: only the look-up of their keys leads to the sandbox. */
export const ISSUER_URLS: Readonly<Record<IssuerKind, string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  buildkite: 'https://agent.buildkite.com',
  circleci: 'https://oidc.circleci.com',
  google: 'https://accounts.google.com',
  dex: 'https://oauth2.sigstore.dev/auth',
};

export const ISSUER_KINDS = Object.keys(ISSUER_URLS) as readonly IssuerKind[];

/** Which of the issuers a token's `iss` names, if any. */
export function issuerKind(issuer: string): IssuerKind | undefined {
  return ISSUER_KINDS.find((kind) => ISSUER_URLS[kind] === issuer);
}
