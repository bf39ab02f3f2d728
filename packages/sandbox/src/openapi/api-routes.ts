// SPDX-License-Identifier: Apache-2.0
import type { SandboxRequest, SandboxResponse } from '../http-service.ts';
import { ApiError } from './api-error.ts';

export type ApiAction = (request: SandboxRequest) => Promise<SandboxResponse> | SandboxResponse;

/** What may be done at a path, by method. */
export type ApiPath = Readonly<Record<string, ApiAction>>;

/** The headers of answers that nobody may keep. */
export const NOT_CACHED = {
  'cache-control': 'no-cache, no-store, no-transform, must-revalidate, private, max-age=0',
  expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  pragma: 'no-cache',
  'x-accel-expires': '0',
};

const MEDIA_TYPE = /^\s*([^\s;,/]+\/[^\s;,/]+)\s*(?:;.*)?$/;

/** A path as routes name it: a slash at the end does not count. */
export function routePath({ url }: SandboxRequest): string {
  return url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
}

/**
 * What is to be done for a request, as go-openapi's router finds it: the path must be known, then the method, then, of
 * a POST, the media type. @throws ApiError
 */
export function actionOf(
  request: SandboxRequest,
  path: ApiPath | undefined,
  consumes: readonly string[],
): ApiAction {
  const { method, url, headers } = request;
  if (!path) throw new ApiError(404, `path ${url.pathname} was not found`);
  const action = path[method];
  if (!action) {
    const allow = Object.keys(path).join(',');
    throw new ApiError(405, `method ${method} is not allowed, but [${allow}] are`, { headers: { allow } });
  }
  if (method === 'POST') requireMediaType(headers['content-type'] ?? 'application/octet-stream', consumes);
  return action;
}

function requireMediaType(contentType: string, consumes: readonly string[]): void {
  const mediaType = MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
  if (mediaType === undefined) {
    const what = `parsing Content-Type header from ${JSON.stringify(contentType)} failed`;
    throw new ApiError(400, `${what}, because mime: unexpected content after media subtype`);
  }
  if (!consumes.includes(mediaType))
    throw new ApiError(
      415,
      `unsupported media type "${mediaType}", only [${consumes.join(' ')}] are allowed`,
    );
}

/** Whether a request takes an answer of one of these types. Weights do not count. */
export function accepts({ headers }: SandboxRequest, types: readonly string[]): boolean {
  const accepted = (headers.accept ?? '*/*').split(',').map((part) => part.split(';', 1)[0]?.trim());
  const ranges = types.map((type) => type.replace(/\/.*/, '/*'));
  return ['*/*', ...ranges, ...types].some((range) => accepted.includes(range));
}

/** Refuses a request to read that takes none of the types that the path has. @throws ApiError */
export function requireAcceptable(request: SandboxRequest, types: readonly string[]): void {
  if (accepts(request, types)) return;
  const only = `only [${types.join(' ')}] are available`;
  throw new ApiError(406, `unsupported media type requested, ${only}`);
}
