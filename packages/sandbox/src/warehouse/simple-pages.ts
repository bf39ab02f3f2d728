// SPDX-License-Identifier: Apache-2.0
import type { SandboxRequest, SandboxResponse } from '../http-service.ts';
import { acceptedMediaType } from './accepted-media-type.ts';
import type { Project, Release, StoredFile } from './catalog.ts';
import { filePath, provenancePath } from './file-url.ts';
import { htmlEscaped } from './python-text.ts';
import { normalizedProjectName } from './python-version.ts';
import { Refusal } from './refusal.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
const OFFERS = ['text/html', HTML_TYPE, JSON_TYPE];
const API_VERSION = '1.4';

/** `GET /simple/`: the projects (PEP 503, PEP 691). */
export function answerProjects({ catalog }: WarehouseContext, request: SandboxRequest): SandboxResponse {
  const projects = catalog.projects();
  return page(request, {
    json: { meta: meta(catalog.serial), projects: projects.map(({ name }) => ({ name })) },
    title: 'Simple index',
    lines: projects.map(
      ({ name, normalizedName }) => `<a href="/simple/${normalizedName}/">${htmlEscaped(name)}</a>`,
    ),
  });
}

/** `GET /simple/{name}/`: the files of a project. @throws Refusal 404 */
export function answerProject(
  context: WarehouseContext,
  request: SandboxRequest,
  name: string,
): SandboxResponse {
  const normalized = normalizedProjectName(name);
  if (normalized !== name || !request.url.pathname.endsWith('/'))
    return {
      status: 301,
      headers: { location: `${request.url.origin}/simple/${encodeURIComponent(normalized)}/` },
    };
  const project = context.catalog.find(name);
  if (!project) throw new Refusal(404, 'Not Found');
  const rows = Array.from(project.releases.values()).flatMap((release) =>
    release.files.map((file) => describe(context, { request, project, release, file })),
  );
  return page(request, {
    json: {
      meta: meta(context.catalog.serial),
      'project-status': { status: 'active' },
      name: normalized,
      versions: Array.from(project.releases.values(), ({ version }) => version),
      files: rows,
    },
    title: `Links for ${normalized}`,
    lines: rows.map(anchor),
  });
}

interface FileInContext {
  readonly request: SandboxRequest;
  readonly project: Project;
  readonly release: Release;
  readonly file: StoredFile;
}

type FileRow = ReturnType<typeof describe>;

function describe({ flags }: WarehouseContext, { request, project, release, file }: FileInContext) {
  const provenance = flags.disableAttestations ? undefined : provenancePath(project, release, file);
  return {
    filename: file.filename,
    url: request.url.origin + filePath(file),
    hashes: { sha256: file.digests.sha256 },
    'requires-python': file.requiresPython ?? null,
    size: file.size,
    'upload-time': file.uploadTime.toISOString(),
    yanked: false,
    'core-metadata': false,
    'data-dist-info-metadata': false,
    provenance: provenance === undefined ? null : request.url.origin + provenance,
  };
}

function anchor(row: FileRow): string {
  const { filename, url, hashes, provenance } = row;
  const requires = row['requires-python'];
  const attributes = [
    `href="${htmlEscaped(url)}#sha256=${hashes.sha256}"`,
    ...(requires === null ? [] : [`data-requires-python="${htmlEscaped(requires)}"`]),
    ...(provenance === null ? [] : [`data-provenance="${htmlEscaped(provenance)}"`]),
  ];
  return `<a ${attributes.join(' ')}>${htmlEscaped(filename)}</a>`;
}

function meta(serial: number) {
  return { '_last-serial': serial, 'api-version': API_VERSION };
}

interface Page {
  readonly json: unknown;
  readonly title: string;
  readonly lines: readonly string[];
}

// Never to be cached: what was published a moment ago is to be seen.
function page(request: SandboxRequest, { json, title, lines }: Page): SandboxResponse {
  const type = acceptedMediaType(request.headers.accept, OFFERS) ?? 'text/html';
  const headers = { 'content-type': type, 'cache-control': 'no-cache', vary: 'Accept' };
  if (type === JSON_TYPE) return { status: 200, headers, body: JSON.stringify(json) };
  const body = [
    '<!DOCTYPE html>',
    '<html>',
    `  <head><meta name="pypi:repository-version" content="${API_VERSION}"><title>${htmlEscaped(title)}</title></head>`,
    '  <body>',
    `    <h1>${htmlEscaped(title)}</h1>`,
    ...lines.map((line) => `    ${line}<br />`),
    '  </body>',
    '</html>',
    '',
  ];
  const charset = type === 'text/html' ? '; charset=UTF-8' : '';
  return { status: 200, headers: { ...headers, 'content-type': type + charset }, body: body.join('\n') };
}
