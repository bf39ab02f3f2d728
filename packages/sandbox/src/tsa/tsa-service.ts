// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import { type Handler, json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { ApiError, invalid } from '../openapi/api-error.ts';
import {
  accepts,
  actionOf,
  type ApiPath,
  NOT_CACHED,
  requireAcceptable,
  routePath,
} from '../openapi/api-routes.ts';
import { pemOf } from '../pem.ts';
import { parseJsonQuery } from './json-query.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { parseTimestampQuery, type TimestampQuery, TimestampRefusal } from './timestamp-query.ts';

/** Where queries are sent, below the service's URL. */
export const TIMESTAMP_PATH = '/api/v1/timestamp';

const CHAIN_PATH = `${TIMESTAMP_PATH}/certchain`;
const REPLY_TYPE = 'application/timestamp-reply';
const CHAIN_TYPE = 'application/pem-certificate-chain';
const JSON_TYPE = 'application/json';
const QUERY_TYPES = ['application/timestamp-query', JSON_TYPE];
const MAX_BODY = 1 << 20;
const FAILED = 'Error generating timestamp response';

/** Whoever stamps: what is asked of an authority. */
export type Stamper = Pick<TimestampAuthority, 'chain' | 'stamp'>;

/** The API of Sigstore's time-stamp authority, with the answers of its version 2.1. */
export function tsaHandler(authority: Stamper, clock: Clock): Handler {
  const paths: Readonly<Record<string, ApiPath>> = {
    [TIMESTAMP_PATH]: { POST: (request) => stampAnswer(request, authority, clock) },
    [CHAIN_PATH]: { GET: (request) => chainAnswer(request, authority) },
  };
  return async (request) => {
    const answer = await answerOf(request, paths);
    return { ...answer, headers: { vary: 'Origin', ...answer.headers } };
  };
}

async function answerOf(
  request: SandboxRequest,
  paths: Readonly<Record<string, ApiPath>>,
): Promise<SandboxResponse> {
  const { method, url } = request;
  if ((method === 'GET' || method === 'HEAD') && url.pathname === '/ping')
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: '.' };
  const path = routePath(request);
  const always = path === TIMESTAMP_PATH && method === 'POST' ? NOT_CACHED : {};
  try {
    const action = actionOf(request, Object.hasOwn(paths, path) ? paths[path] : undefined, QUERY_TYPES);
    const answer = await action(request);
    return { ...answer, headers: { ...always, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const answer = error.response();
    return { ...answer, headers: { ...always, ...answer.headers } };
  }
}

async function stampAnswer(
  request: SandboxRequest,
  authority: Stamper,
  clock: Clock,
): Promise<SandboxResponse> {
  const body = await readBody(request, MAX_BODY).catch(() => undefined);
  if (body?.length === 0) throw invalid('required', 'request in body is required');
  // No producer for what is accepted: the real server panics.
  if (!accepts(request, [REPLY_TYPE])) return panicAnswer(request);
  const [before, subtype] = (request.headers['content-type'] ?? '').split('application/', 2);
  if (before !== '' || subtype === undefined) return refusal(415, FAILED);
  try {
    if (!body) throw new TypeError('too large');
    const reply = authority.stamp(queryOf(body, subtype), clock.now());
    return { status: 200, headers: { 'content-type': REPLY_TYPE }, body: reply };
  } catch (error) {
    return refusal(400, error instanceof TimestampRefusal ? error.message : FAILED);
  }
}

// The type must stand alone: with parameters it is another to the real server.
function queryOf(body: Uint8Array, subtype: string): TimestampQuery {
  if (subtype === 'json') return parseJsonQuery(body);
  if (subtype === 'timestamp-query') return parseTimestampQuery(body);
  throw new TypeError('unsupported content type');
}

// JSON under the type of a reply, as the real server has it.
function refusal(status: number, message: string): SandboxResponse {
  return json(status, { code: status, message }, { 'content-type': REPLY_TYPE });
}

function chainAnswer(request: SandboxRequest, { chain }: Stamper): SandboxResponse {
  requireAcceptable(request, [CHAIN_TYPE, JSON_TYPE]);
  if (!accepts(request, [CHAIN_TYPE])) return panicAnswer(request);
  const headers = { 'content-type': CHAIN_TYPE, 'cache-control': 'max-age=86400, immutable' };
  return { status: 200, headers, body: chain.map((der) => pemOf(der, 'CERTIFICATE')).join('') };
}

function panicAnswer(request: SandboxRequest): SandboxResponse {
  return { status: 500, headers: accepts(request, [JSON_TYPE]) ? { 'content-type': JSON_TYPE } : {} };
}
