// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject, parseJson, readObject, readText } from '@colophon/base';
import { type HttpClient, type HttpResponse, isLoopback, parseHttpUrl } from '@colophon/http';
import type { IdToken } from './id-token.ts';
import { OidcError } from './oidc-error.ts';

/** The claims of a token that its issuer signed: all of them, the ones that are not public included. */
export interface VerifiedClaims {
  readonly issuer: string;
  readonly claims: Readonly<JsonObject>;
}

export interface ClaimsRequest {
  readonly http: Pick<HttpClient, 'request'>;
  readonly now: Date;
  /** Where the keys of an issuer are found, by its URL, where that is not the issuer itself: a stand-in on this machine. */
  readonly standIns?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * Asks a token's issuer for its keys (OpenID Connect Discovery 1.0 §4, RFC 7517 §5) and verifies the token's signature, so
 * that its claims may be repeated as facts. The keys must come from where the issuer itself is.
 * @throws OidcError ERR_TOKEN_KEYS, ERR_TOKEN_SIGNATURE; HttpError
 */
export async function requestVerifiedClaims(token: IdToken, request: ClaimsRequest): Promise<VerifiedClaims> {
  return await processVerifiedClaims(token, await requestKeys(token.claims.iss, request), request.now);
}

/** Verifies a token's signature by a JWK Set of its issuer, in JSON. @throws OidcError as `requestVerifiedClaims` */
export async function processVerifiedClaims(
  { secret, claims: { iss: issuer, aud: audience } }: IdToken,
  keySet: string | Uint8Array,
  now: Date,
): Promise<VerifiedClaims> {
  const keys = readKeys(keySet, issuer);
  const [{ createLocalJWKSet }, { jwtVerify }] = await Promise.all([
    import('jose/jwks/local'),
    import('jose/jwt/verify'),
  ]);
  try {
    const find = createLocalJWKSet(keys);
    const expected = { issuer, audience, algorithms: ALGORITHMS, currentDate: now, clockTolerance: 5 };
    const { payload } = await jwtVerify(secret.reveal(), find, expected);
    return { issuer, claims: payload as JsonObject };
  } catch (error) {
    throw unverified(issuer, error);
  }
}

// The library's error is no cause here: it may hold the claims.
function unverified(issuer: string, error: unknown): OidcError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_JWKS_INVALID') return unusable(issuer, 'they are no key set');
  const why = code === 'ERR_JWKS_NO_MATCHING_KEY' ? 'none of its keys made it' : 'it does not verify';
  return new OidcError(
    'ERR_TOKEN_SIGNATURE',
    `the signature of the identity token is not of ${issuer}: ${why}`,
  );
}

async function requestKeys(issuer: string, request: ClaimsRequest): Promise<Uint8Array> {
  const base = keyPlace(issuer, request.standIns?.get(issuer));
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`, base);
  const keysUrl = readKeysUrl(await requestDocument(url, issuer, request), issuer);
  if (keysUrl.origin !== url.origin) throw unusable(issuer, 'they are said to be at another place');
  return (await requestDocument(keysUrl, issuer, request)).body;
}

// A stand-in is for rehearsals: were it another machine, that one could sign for everybody.
function keyPlace(issuer: string, standIn: string | undefined): URL {
  const url = parseHttpUrl(standIn ?? issuer);
  if (standIn !== undefined && !isLoopback(url)) throw unusable(issuer, 'its stand-in is not this machine');
  if (standIn === undefined && url.protocol !== 'https:')
    throw unusable(issuer, 'it is not reached by https');
  return url;
}

async function requestDocument(
  url: URL,
  issuer: string,
  { http, signal }: ClaimsRequest,
): Promise<HttpResponse> {
  const answer = await http.request({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) throw unusable(issuer, `${url.pathname} is answered with ${answer.status}`);
  return answer;
}

function readKeysUrl({ body }: HttpResponse, issuer: string): URL {
  return reading(issuer, () => {
    const document = readObject(parseJson(body), '$', { required: ['issuer', 'jwks_uri'], open: true });
    if (document['issuer'] !== issuer) throw unusable(issuer, 'its description is of another issuer');
    return parseHttpUrl(readText(document['jwks_uri'], '$.jwks_uri'));
  });
}

type KeySet = { keys: { kty: string }[] };

function readKeys(keySet: string | Uint8Array, issuer: string): KeySet {
  return reading(issuer, () => {
    const document = readObject(parseJson(keySet), '$', { required: ['keys'], open: true });
    // What is in it is the library's to judge; objects without a prototype are none to it.
    return JSON.parse(JSON.stringify(document)) as KeySet;
  });
}

function reading<T>(issuer: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isAppError(cause) || cause instanceof OidcError) throw cause;
    throw unusable(issuer, cause.message);
  }
}

function unusable(issuer: string, why: string): OidcError {
  return new OidcError('ERR_TOKEN_KEYS', `the keys of ${issuer} cannot be used: ${why}`);
}
