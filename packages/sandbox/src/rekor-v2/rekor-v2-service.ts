// SPDX-License-Identifier: Apache-2.0
import { GatewayError } from '../gateway/gateway-error.ts';
import { answerByGateway, gatewayBody, type GatewayRoute } from '../gateway/gateway-routes.ts';
import { parseMessage } from '../gateway/json-message.ts';
import { type Handler, json, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { canonicalHashedrekord } from './hashedrekord-request.ts';
import { TILE_WIDTH, type TileLog, type TilePart } from './tile-log.ts';

// C2SP tlog-tiles: an index of groups of three digits, all but the last with an x before it.
const TILE_PATH =
  /^\/api\/v2\/tile\/(?<level>0|[1-9]\d?|entries)\/(?<index>(?:x\d{3}\/)*\d{3})(?:\.p\/(?<width>[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/;

/**
 * Rekor's API v2, with the answers of rekor-tiles 2.3: entries of the kind hashedrekord are added, and the tree is
 * read as tiles, which the real server leaves to a static one under the same paths.
 */
export function rekorV2Handler(log: TileLog): Handler {
  const routes: Readonly<Record<string, GatewayRoute>> = {
    '/api/v2/log/entries': { method: 'POST', action: (request) => createEntry(request, log) },
    '/api/v2/checkpoint': { method: 'GET', action: () => checkpoint(log) },
    '/healthz': { method: 'GET', action: () => json(200, { status: 'SERVING' }) },
  };
  return (request) => {
    const { pathname } = request.url;
    const known = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    return answerByGateway(request, known ?? tileRoute(pathname, log));
  };
}

async function createEntry(request: SandboxRequest, log: TileLog): Promise<SandboxResponse> {
  const { index, repeated } = log.add(canonicalHashedrekord(parseMessage(await gatewayBody(request))));
  if (repeated)
    throw new GatewayError(
      'AlreadyExists',
      `an equivalent entry already exists in the transparency log with index ${index}`,
      { headers: { 'x-log-index': String(index) } },
    );
  return json(201, log.entry(index));
}

function checkpoint(log: TileLog): SandboxResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: log.checkpoint() };
}

function tileRoute(pathname: string, log: TileLog): GatewayRoute | undefined {
  const { level, index, width } = TILE_PATH.exec(pathname)?.groups ?? {};
  if (level === undefined || index === undefined) return undefined;
  const part = { index: Number(index.replaceAll(/\D/g, '')), width: Number(width ?? TILE_WIDTH) };
  return { method: 'GET', action: () => tile(level, part, log) };
}

function tile(level: string, part: TilePart, log: TileLog): SandboxResponse {
  const body = level === 'entries' ? log.entryBundle(part) : log.tile(Number(level), part);
  if (!body) throw new GatewayError('NotFound', 'Not Found');
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
}
