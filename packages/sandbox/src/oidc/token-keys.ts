// SPDX-License-Identifier: Apache-2.0
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { issuerKind } from './issuers.ts';

/** Finds the keys of a production issuer; undefined for an issuer that is not known. */
export type TokenKeys = (issuer: string) => JWTVerifyGetKey | undefined;

/** The issuer at which people log in; unlike the others it goes by the name of where it is. */
export function loginIssuer(oidcUrl: string): string {
  return `${oidcUrl}/login`;
}

/** Looks the keys of the known issuers up at the sandbox's OIDC service. `oidcUrl` is asked on first use. */
export function tokenKeys(oidcUrl: () => string): TokenKeys {
  const known = new Map<string, JWTVerifyGetKey>();
  return (issuer) => {
    const kind = issuer === loginIssuer(oidcUrl()) ? 'login' : issuerKind(issuer);
    if (kind === undefined) return undefined;
    const keys =
      known.get(kind) ??
      createRemoteJWKSet(new URL(`${oidcUrl()}/${kind}/.well-known/jwks`), { cooldownDuration: 0 });
    known.set(kind, keys);
    return keys;
  };
}
