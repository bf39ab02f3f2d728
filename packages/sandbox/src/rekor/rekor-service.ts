// SPDX-License-Identifier: Apache-2.0
import { encodeHex, encodeUtf8, type JsonValue } from '@colophon/base';
import { type Handler, json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { pemOf } from '../pem.ts';
import { spkiOf } from '../spki.ts';
import { insertableEntry, parseProposedEntry } from './proposed-entry.ts';
import { EntryError, invalid, RekorError } from './rekor-error.ts';
import type { RekorLog } from './rekor-log.ts';
import { entryIndex, integerParameter, parseBody, treeParameter } from './rekor-parameters.ts';
import { searchEntries } from './rekor-search.ts';

type Route = (request: SandboxRequest, log: RekorLog) => Promise<SandboxResponse> | SandboxResponse;

const ENTRIES = '/api/v1/log/entries';
const MAX_BODY = 1 << 25;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  [ENTRIES]: { GET: entryByIndex, POST: createEntry },
  [`${ENTRIES}/retrieve`]: { POST: retrieve },
  [`${ENTRIES}/{uuid}`]: { GET: entryByUuid },
  '/api/v1/log': { GET: logInfo },
  '/api/v1/log/publicKey': { GET: publicKey },
  '/api/v1/log/proof': { GET: consistencyProof },
  '/api/v1/index/retrieve': { POST: searchIndex },
};

const NOT_CACHED = {
  'cache-control': 'no-cache, no-store, no-transform, must-revalidate, private, max-age=0',
  expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  pragma: 'no-cache',
  'x-accel-expires': '0',
};

/** Rekor's API v1, with the answers of Rekor 1.5 with its search index turned off. */
export function rekorHandler(log: RekorLog): Handler {
  return async (request) => {
    const answer = await answerOf(request, log);
    return { ...answer, headers: { vary: 'Origin', ...answer.headers } };
  };
}

async function answerOf(request: SandboxRequest, log: RekorLog): Promise<SandboxResponse> {
  let always = {};
  try {
    const page = pageOf(request);
    if (page) return page;
    const route = routeOf(request);
    if (request.method === 'GET') always = NOT_CACHED;
    const answer = await route(request, log);
    return { ...answer, headers: { ...always, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof RekorError)) throw error;
    const answer = error.response();
    return { ...answer, headers: { ...always, ...answer.headers } };
  }
}

function pageOf({ method, url }: SandboxRequest): SandboxResponse | undefined {
  if (url.pathname === '/')
    return {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html>\n<title>Rekor</title>\n',
    };
  if (method === 'GET' && url.pathname === '/ping')
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: '.' };
  return undefined;
}

function routeOf({ method, url, headers }: SandboxRequest): Route {
  const { pathname } = url;
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  const inEntries = path.startsWith(`${ENTRIES}/`) && !path.slice(ENTRIES.length + 1).includes('/');
  const routes = ROUTES[path] ?? (inEntries ? ROUTES[`${ENTRIES}/{uuid}`] : undefined);
  if (!routes) throw new RekorError(404, `path ${pathname} was not found`);
  const route = routes[method];
  if (!route) throw notAllowed(method, Object.keys(routes).join(','));
  if (method === 'POST') requireJson(headers['content-type'] ?? 'application/octet-stream');
  return route;
}

function notAllowed(method: string, allow: string): RekorError {
  return new RekorError(405, `method ${method} is not allowed, but [${allow}] are`, { headers: { allow } });
}

function requireJson(contentType: string): void {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    throw new RekorError(415, `unsupported media type "${mediaType}", only [application/json] are allowed`);
}

async function createEntry(request: SandboxRequest, log: RekorLog): Promise<SandboxResponse> {
  const body = await readBody(request, MAX_BODY);
  if (body.length === 0) throw invalid('required', 'proposedEntry in body is required');
  const { entryId, index, repeated } = log.add(insertable(parseBody(body)));
  const location = `${request.url.pathname.replace(/\/$/, '')}/${entryId}`;
  if (repeated)
    throw new RekorError(
      409,
      `an equivalent entry already exists in the transparency log with UUID ${entryId}`,
      {
        headers: { location },
      },
    );
  return json(201, log.entry(index), { location, etag: entryId });
}

function insertable(value: JsonValue): Uint8Array {
  const proposed = parseProposedEntry(value);
  try {
    return insertableEntry(proposed);
  } catch (cause) {
    if (!(cause instanceof EntryError)) throw cause;
    throw new RekorError(400, `error processing entry: ${cause.message}`, { cause });
  }
}

function entryByIndex({ url }: SandboxRequest, log: RekorLog): SandboxResponse {
  const index = integerParameter(url, 'logIndex', { minimum: 0 });
  const entry = log.entry(index);
  return entry ? json(200, entry) : { status: 404 };
}

function entryByUuid({ url }: SandboxRequest, log: RekorLog): SandboxResponse {
  const index = entryIndex(url.pathname.slice(ENTRIES.length + 1), log);
  const entry = index === undefined ? undefined : log.entry(index);
  return entry ? json(200, entry) : { status: 404 };
}

async function retrieve(request: SandboxRequest, log: RekorLog): Promise<SandboxResponse> {
  const body = await readBody(request, MAX_BODY);
  if (body.length === 0) throw invalid('required', 'entry in body is required');
  return json(200, searchEntries(parseBody(body), log));
}

function logInfo(_request: SandboxRequest, log: RekorLog): SandboxResponse {
  return json(200, {
    inactiveShards: null,
    rootHash: encodeHex(log.rootHash()),
    signedTreeHead: log.checkpoint(),
    treeID: log.treeId,
    treeSize: log.size,
  });
}

function publicKey({ url, headers }: SandboxRequest, log: RekorLog): SandboxResponse {
  const type = headers.accept === 'application/json' ? 'application/json' : 'application/x-pem-file';
  const tree = treeParameter(url);
  if (tree && tree !== log.treeId)
    return { ...json(400, { code: 400, message: 'Bad Request' }), headers: { 'content-type': type } };
  const pem = pemOf(spkiOf(log.publicKey), 'PUBLIC KEY');
  return { status: 200, headers: { 'content-type': type }, body: encodeUtf8(pem) };
}

function consistencyProof({ url }: SandboxRequest, log: RekorLog): SandboxResponse {
  const first = integerParameter(url, 'firstSize', { minimum: 1, fallback: 1 });
  const last = integerParameter(url, 'lastSize', { minimum: 1 });
  const tree = treeParameter(url);
  if (first > last) throw new RekorError(400, `firstSize(${first}) must be less than lastSize(${last})`);
  if (tree && tree !== log.treeId) throw new RekorError(400, `no log range found for tree ID ${tree}`);
  if (last > log.size)
    throw new RekorError(
      400,
      `the tree size requested(${last}) was greater than what is currently observable(${log.size})`,
    );
  const hashes = log.consistencyProof(first, last).map(encodeHex);
  return json(200, { hashes, rootHash: encodeHex(log.rootHash()) });
}

function searchIndex(): SandboxResponse {
  throw new RekorError(501, 'Search Index API not enabled in this Rekor instance');
}
