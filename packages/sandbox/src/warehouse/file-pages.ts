// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { json, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { acceptedMediaType } from './accepted-media-type.ts';
import type { Release, StoredFile } from './catalog.ts';
import { filePath } from './file-url.ts';
import { parsePythonVersion } from './python-version.ts';
import { Refusal } from './refusal.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const PROVENANCE_TYPES = ['application/vnd.pypi.integrity.v1+json', 'application/json'];

/** `GET /integrity/{project}/{version}/{filename}/provenance` (pypi.md §5). @throws Refusal 404 */
export function answerProvenance(
  { catalog, flags }: WarehouseContext,
  request: SandboxRequest,
  [name = '', version = '', filename = '']: readonly string[],
): SandboxResponse {
  const release = catalog.find(name)?.releases.get(canonical(version));
  const file = release?.files.find((one) => one.filename === filename);
  if (!file) throw new Refusal(404, 'Not Found');
  const type = acceptedMediaType(request.headers.accept, PROVENANCE_TYPES);
  const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-cache', vary: 'Accept' };
  if (!type) return json(406, { message: 'Request not acceptable' }, headers);
  if (flags.disableAttestations) return json(403, { message: 'Attestations temporarily disabled' }, headers);
  if (!file.provenance) return json(404, { message: `No provenance available for ${filename}` }, headers);
  return json(200, file.provenance, { ...headers, 'content-type': type });
}

function canonical(version: string): string {
  try {
    return parsePythonVersion(version).canonical;
  } catch {
    return version;
  }
}

/** `GET /packages/…/{filename}`: the file's bytes, or one range of them. @throws Refusal 404 */
export function answerFile({ catalog }: WarehouseContext, request: SandboxRequest): SandboxResponse {
  const file = catalog.files().find((one) => filePath(one) === request.url.pathname);
  if (!file) throw new Refusal(404, 'Not Found');
  const headers = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${file.digests.sha256}"`,
  };
  const range = requestedRange(request.headers.range, file.size);
  if (range === 'unsatisfiable')
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } };
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  const length = { ...headers, 'content-length': String(end - start + 1) };
  const body = request.method === 'HEAD' || end < start ? '' : createReadStream(file.path, { start, end });
  if (!range) return { status: 200, headers: length, body };
  return { status: 206, headers: { ...length, 'content-range': `bytes ${start}-${end}/${file.size}` }, body };
}

// One range only; a header that is not understood counts as absent (RFC 9110 §14.2).
function requestedRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const groups = /^bytes=(?<first>[0-9]*)-(?<last>[0-9]*)$/.exec(header ?? '')?.groups;
  if (!groups || (groups.first === '' && groups.last === '')) return undefined;
  const last = groups.last === '' ? size - 1 : Number(groups.last);
  const start = groups.first === '' ? Math.max(size - last, 0) : Number(groups.first);
  const end = groups.first === '' ? size - 1 : Math.min(last, size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}

/** `GET /pypi/{name}/json`: as much of the old API as twine's look for existing files needs. @throws Refusal 404 */
export function answerLegacyJson(
  { catalog }: WarehouseContext,
  request: SandboxRequest,
  name: string,
): SandboxResponse {
  const project = catalog.find(name);
  const releases = Array.from(project?.releases.values() ?? []);
  const latest = releases.at(-1);
  if (!project || !latest) throw new Refusal(404, 'Not Found');
  const rows = (release: Release) => release.files.map((file) => legacyRow(request, file));
  return json(200, {
    info: { name: project.name, version: latest.version, summary: latest.summary },
    last_serial: catalog.serial,
    releases: Object.fromEntries(releases.map((release) => [release.version, rows(release)])),
    urls: rows(latest),
  });
}

function legacyRow(request: SandboxRequest, file: StoredFile) {
  const { md5, sha256, blake2_256: blake2b } = file.digests;
  return {
    filename: file.filename,
    packagetype: file.filetype,
    python_version: file.pythonVersion,
    requires_python: file.requiresPython ?? null,
    size: file.size,
    digests: { md5, sha256, blake2b_256: blake2b },
    upload_time_iso_8601: file.uploadTime.toISOString(),
    url: request.url.origin + filePath(file),
    yanked: false,
  };
}
