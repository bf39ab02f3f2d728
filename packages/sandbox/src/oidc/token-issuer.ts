// SPDX-License-Identifier: Apache-2.0
import { randomUUID, type webcrypto } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import { type ClaimOverrides, identityClaims } from './claims.ts';
import { ISSUER_URLS, type IssuerKind } from './issuers.ts';

export interface TokenRequest {
  /** Default: `github`. */
  readonly kind?: IssuerKind;
  /** Default: `sigstore`. */
  readonly audience?: string;
  readonly claims?: ClaimOverrides;
  /** Seconds from now until the token expires; default 300. Negative makes one that has expired. */
  readonly lifetime?: number;
}

/** Signs the tokens of all the sandbox's issuers with one RSA key, made anew for each sandbox. */
export class TokenIssuer {
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly #clock: Clock;
  readonly #key: webcrypto.CryptoKey;
  readonly #keyId: string;

  private constructor(clock: Clock, key: webcrypto.CryptoKey, jwk: JWK) {
    this.#clock = clock;
    this.#key = key;
    this.#keyId = String(jwk.kid);
    this.jwks = { keys: [jwk] };
  }

  static async create(clock: Clock): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), use: 'sig', alg: 'RS256' };
    return new TokenIssuer(clock, privateKey, jwk);
  }

  /** A signed token of the production issuer that `kind` stands for. */
  async issue(request: TokenRequest = {}): Promise<string> {
    const { kind = 'github', audience = 'sigstore', claims = {}, lifetime = 300 } = request;
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    const registered = {
      iss: ISSUER_URLS[kind],
      aud: audience,
      jti: randomUUID(),
      iat: now,
      nbf: now - 300,
      exp: now + lifetime,
    };
    const payload = withoutNulls({ ...registered, ...identityClaims(kind, claims), ...claims });
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: this.#keyId, typ: 'JWT' })
      .sign(this.#key);
  }
}

function withoutNulls(claims: ClaimOverrides): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}
