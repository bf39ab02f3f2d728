// SPDX-License-Identifier: Apache-2.0
import { encodeHex, type JsonValue } from '@colophon/base';
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
import { spkiOf } from '../spki.ts';
import { EntryError } from './entry-error.ts';
import { insertableEntry, parseProposedEntry } from './proposed-entry.ts';
import type { RekorLog } from './rekor-log.ts';
import { entryIndex, integerParameter, parseBody, treeParameter } from './rekor-parameters.ts';
import { searchEntries } from './rekor-search.ts';

const ENTRIES = '/api/v1/log/entries';
const KEY_PATH = '/api/v1/log/publicKey';
const KEY_TYPE = 'application/x-pem-file';
const JSON_TYPE = 'application/json';
const OWN_STATUSES = [200, 201, 400, 409];
const MAX_BODY = 1 << 25;

/** Rekor's API v1, with the answers of Rekor 1.5 with its search index turned off. */
export function rekorHandler(log: RekorLog): Handler {
  const paths = pathsOf(log);
  return async (request) => {
    const answer = pageOf(request) ?? (await answerOf(request, paths));
    return { ...answer, headers: { vary: 'Origin', ...answer.headers } };
  };
}

function pathsOf(log: RekorLog): Readonly<Record<string, ApiPath>> {
  return {
    [ENTRIES]: {
      GET: (request) => entryByIndex(request, log),
      POST: (request) => createEntry(request, log),
    },
    [`${ENTRIES}/retrieve`]: { POST: (request) => retrieve(request, log) },
    [`${ENTRIES}/{uuid}`]: { GET: (request) => entryByUuid(request, log) },
    '/api/v1/log': { GET: () => logInfo(log) },
    [KEY_PATH]: { GET: (request) => publicKey(request, log) },
    '/api/v1/log/proof': { GET: (request) => consistencyProof(request, log) },
    '/api/v1/index/retrieve': { POST: searchIndex },
  };
}

async function answerOf(
  request: SandboxRequest,
  paths: Readonly<Record<string, ApiPath>>,
): Promise<SandboxResponse> {
  let always = {};
  try {
    const action = actionOf(request, pathOf(request, paths), [JSON_TYPE]);
    if (request.method === 'GET') {
      always = NOT_CACHED;
      requireAcceptable(request, routePath(request) === KEY_PATH ? [KEY_TYPE, JSON_TYPE] : [JSON_TYPE]);
    }
    return withHeaders(request, await action(request), always);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return withHeaders(request, error.response(), always);
  }
}

// To a POST that accepts no JSON, what the real server's own code says has no type; what its router says has.
function withHeaders(
  request: SandboxRequest,
  answer: SandboxResponse,
  always: Readonly<Record<string, string>>,
): SandboxResponse {
  const isOwn = request.method === 'POST' && OWN_STATUSES.includes(answer.status);
  const type = isOwn && !accepts(request, [JSON_TYPE]) ? { 'content-type': '' } : {};
  return { ...answer, headers: { ...always, ...answer.headers, ...type } };
}

function pathOf(request: SandboxRequest, paths: Readonly<Record<string, ApiPath>>): ApiPath | undefined {
  const path = routePath(request);
  if (Object.hasOwn(paths, path)) return paths[path];
  const inEntries = path.startsWith(`${ENTRIES}/`) && !path.slice(ENTRIES.length + 1).includes('/');
  return inEntries ? paths[`${ENTRIES}/{uuid}`] : undefined;
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

async function createEntry(request: SandboxRequest, log: RekorLog): Promise<SandboxResponse> {
  const body = await readBody(request, MAX_BODY);
  if (body.length === 0) throw invalid('required', 'proposedEntry in body is required');
  const { entryId, index, repeated } = log.add(insertable(parseBody(body)));
  const location = `${request.url.pathname.replace(/\/$/, '')}/${entryId}`;
  if (repeated)
    throw new ApiError(
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
    throw new ApiError(400, `error processing entry: ${cause.message}`, { cause });
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

function logInfo(log: RekorLog): SandboxResponse {
  return json(200, {
    inactiveShards: null,
    rootHash: encodeHex(log.rootHash()),
    signedTreeHead: log.checkpoint(),
    treeID: log.treeId,
    treeSize: log.size,
  });
}

function publicKey(request: SandboxRequest, log: RekorLog): SandboxResponse {
  const isPem = accepts(request, [KEY_TYPE]);
  const headers = { 'content-type': isPem ? KEY_TYPE : JSON_TYPE };
  const tree = treeParameter(request.url);
  if (tree && tree !== log.treeId) return { ...json(400, { code: 400, message: 'Bad Request' }), headers };
  const pem = pemOf(spkiOf(log.publicKey), 'PUBLIC KEY');
  return { status: 200, headers, body: isPem ? pem : `${JSON.stringify(pem)}\n` };
}

function consistencyProof({ url }: SandboxRequest, log: RekorLog): SandboxResponse {
  const first = integerParameter(url, 'firstSize', { minimum: 1, fallback: 1 });
  const last = integerParameter(url, 'lastSize', { minimum: 1 });
  const tree = treeParameter(url);
  if (first > last) throw new ApiError(400, `firstSize(${first}) must be less than lastSize(${last})`);
  if (tree && tree !== log.treeId) throw new ApiError(400, `no log range found for tree ID ${tree}`);
  if (last > log.size)
    throw new ApiError(
      400,
      `the tree size requested(${last}) was greater than what is currently observable(${log.size})`,
    );
  const hashes = log.consistencyProof(first, last).map(encodeHex);
  return json(200, { hashes, rootHash: encodeHex(log.rootHash()) });
}

function searchIndex(): SandboxResponse {
  throw new ApiError(501, 'Search Index API not enabled in this Rekor instance');
}
