// SPDX-License-Identifier: Apache-2.0
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { decodeUtf8 } from '@colophon/base';
import { json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { DEFAULT_USER } from './credentials.ts';
import { findPublisher, type ProviderKind, PublisherMismatch } from './publisher-claims.ts';
import type { PublisherSetting } from './publisher-registry.ts';
import { Refusal } from './refusal.ts';
import { assertFoundable } from './upload-authority.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const PROVIDERS: ReadonlyMap<string, ProviderKind> = new Map([
  ['https://token.actions.githubusercontent.com', 'GitHub'],
  ['https://gitlab.com', 'GitLab'],
  ['https://accounts.google.com', 'Google'],
]);
const MAX_BODY = 256 * 1024;
const LEEWAY_SECONDS = 30;

/** The answer of a token request that fails: always 422, one error (pypi.md §4). */
function failure(code: string, description: string): SandboxResponse {
  return json(422, { message: 'Token request failed', errors: [{ code, description }] });
}

/** `GET /_/oidc/audience`. */
export function answerAudience({ audience, flags }: WarehouseContext): SandboxResponse {
  if (flags.disallowTrustedPublishing)
    return json(403, { message: 'Trusted publishing functionality not enabled' });
  return json(200, { audience });
}

/** `POST /_/oidc/mint-token`: an identity token for an upload token. */
export async function mintToken(
  context: WarehouseContext,
  request: SandboxRequest,
): Promise<SandboxResponse> {
  const token = tokenOf(await readBody(request, MAX_BODY));
  if (token === undefined)
    return failure(
      'invalid-payload',
      '1 validation error for TokenPayload: a JSON object with a text `token` is required',
    );
  const issuer = issuerOf(token);
  if (issuer === undefined) return failure('invalid-payload', 'malformed JWT');
  const kind = PROVIDERS.get(issuer);
  if (!kind) return failure('invalid-payload', 'unknown trusted publishing issuer');
  if (context.flags.disallowTrustedPublishing)
    return failure('not-enabled', `${kind.toLowerCase()} trusted publishing functionality not enabled`);
  const claims = await verifiedClaims(context, token, issuer);
  if (!claims) return failure('invalid-token', 'malformed or invalid token');
  return exchange(context, { request, kind, claims });
}

function tokenOf(body: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(body));
    const token = value !== null && typeof value === 'object' && 'token' in value ? value.token : undefined;
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verifiedClaims(
  context: WarehouseContext,
  token: string,
  issuer: string,
): Promise<JWTPayload | undefined> {
  try {
    const keys = context.tokenKeys(issuer);
    if (!keys || !decodeProtectedHeader(token).kid) return undefined;
    const currentDate = context.clock.now();
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer,
      audience: context.audience,
      clockTolerance: LEEWAY_SECONDS,
      currentDate,
      requiredClaims: ['iss', 'iat', 'exp', 'aud'],
    });
    const future = (payload.iat ?? 0) > currentDate.getTime() / 1000 + LEEWAY_SECONDS;
    // Of several audiences another could replay the token here.
    return future || typeof payload.aud !== 'string' ? undefined : payload;
  } catch {
    return undefined;
  }
}

interface Exchange {
  readonly request: SandboxRequest;
  readonly kind: ProviderKind;
  readonly claims: JWTPayload;
}

function exchange(context: WarehouseContext, { request, kind, claims }: Exchange): SandboxResponse {
  const { publishers, credentials, clock } = context;
  const pending = find(kind, claims, publishers.list(true));
  if (!(pending instanceof PublisherMismatch)) {
    if (context.usedTokens.has(claims.jti ?? '')) return reused();
    const refused = realize(context, request, pending);
    if (refused) return refused;
  }
  const publisher = find(kind, claims, publishers.list(false));
  if (publisher instanceof PublisherMismatch)
    return failure('invalid-publisher', `valid token, but no corresponding publisher (${publisher.message})`);
  if (claims.jti !== undefined && context.usedTokens.has(claims.jti)) return reused();
  const { token, expires } = credentials.mint(publisher, publishers.projectsOf(publisher), clock.now());
  // Google's tokens come without a number, and can be shown again.
  if (claims.jti !== undefined) context.usedTokens.add(claims.jti);
  return json(200, { success: true, token, expires: expires.getTime() / 1000 });
}

function reused(): SandboxResponse {
  return failure('invalid-reuse-token', 'invalid token: already used');
}

function find(
  kind: ProviderKind,
  claims: JWTPayload,
  among: readonly PublisherSetting[],
): PublisherSetting | PublisherMismatch {
  try {
    return findPublisher(kind, claims, among);
  } catch (error) {
    if (error instanceof PublisherMismatch) return error;
    throw error;
  }
}

// The project of a pending publisher comes into being before any file arrives.
function realize(
  { catalog, publishers }: WarehouseContext,
  request: SandboxRequest,
  pending: PublisherSetting,
): SandboxResponse | undefined {
  if (catalog.find(pending.project)) {
    publishers.drop(pending);
    return failure('invalid-pending-publisher', 'valid token, but project already exists');
  }
  try {
    assertFoundable(pending.project, request, catalog);
  } catch (error) {
    if (error instanceof Refusal) return failure('invalid-payload', error.words);
    throw error;
  }
  catalog.create(pending.project, DEFAULT_USER);
  publishers.settle(pending);
  return undefined;
}
