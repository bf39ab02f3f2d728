// SPDX-License-Identifier: Apache-2.0

/**
 * The identity providers that the sandbox stands in for. `github` and `gitlab` are the CI systems, `google` and `dex`
 * give e-mail tokens (dex is Sigstore's own broker, behind which people log in with GitHub).
 */
export type IssuerKind = 'github' | 'gitlab' | 'google' | 'dex';

/** The issuers under their production names: only the look-up of their keys leads to the sandbox. */
export const ISSUER_URLS: Readonly<Record<IssuerKind, string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  google: 'https://accounts.google.com',
  dex: 'https://oauth2.sigstore.dev/auth',
};

export const ISSUER_KINDS = Object.keys(ISSUER_URLS) as readonly IssuerKind[];

/** Which of the issuers a token's `iss` names, if any. */
export function issuerKind(issuer: string): IssuerKind | undefined {
  return ISSUER_KINDS.find((kind) => ISSUER_URLS[kind] === issuer);
}
