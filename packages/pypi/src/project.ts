// SPDX-License-Identifier: Apache-2.0
import { normalizeName, parseDistFilename, isDistFilename, sameVersion } from '@colophon/dist';
import { isAppError } from '@colophon/base';
import { displayUrl, type HttpClient, type HttpResponse } from '@colophon/http';
import { IndexError } from './index-error.ts';
import { askIndex, mediaTypeOf, readAnswer, unexpectedStatus } from './index-request.ts';
import { type Project, type ProjectFile, readProjectPage } from './simple-json.ts';

export interface ProjectOptions {
  /** The Simple API's root, with a slash at its end (`resolveSimpleUrl`). */
  readonly simpleUrl: string;
  /** The project's name, in any spelling. */
  readonly project: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const SIMPLE_JSON = 'application/vnd.pypi.simple.v1+json';
const HTML = new Set(['text/html', 'application/xhtml+xml', 'application/vnd.pypi.simple.v1+html']);
/** The largest projects list tens of thousands of files. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/**
 * Fetches a project's page in the JSON form of the Simple API (PEP 691). Caches are told to ask the index anew, so
 * that a file just uploaded is seen.
 * @throws IndexError ERR_PROJECT_NAME, ERR_PROJECT_NOT_FOUND, ERR_INDEX_HTML, ERR_INDEX_FORBIDDEN,
 * ERR_INDEX_RESPONSE, ERR_INDEX_UNAVAILABLE
 * @throws HttpError
 */
export async function fetchProject({ simpleUrl, project, http, signal }: ProjectOptions): Promise<Project> {
  const name = projectName(project);
  const response = await askIndex(http, {
    method: 'GET',
    url: new URL(`${encodeURIComponent(name)}/`, simpleUrl),
    headers: { accept: SIMPLE_JSON, 'cache-control': 'no-cache' },
    redirect: 'same-origin',
    maxBytes: MAX_PAGE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  return processProject(response, name);
}

/** Reads the answer of `fetchProject` for a project; opens no connection. @throws IndexError as there */
export function processProject(response: HttpResponse, project: string): Project {
  const { status } = response;
  const url = displayUrl(response.url);
  if (status === 404)
    throw new IndexError('ERR_PROJECT_NOT_FOUND', `${url}: no such project`, { details: { url, status } });
  if (status === 406 || (status === 200 && HTML.has(mediaTypeOf(response))))
    throw new IndexError('ERR_INDEX_HTML', `${url}: the index has no JSON form of its pages`, {
      details: { url, status },
    });
  if (status !== 200) throw unexpectedStatus(response, 'a project page');
  const page = readAnswer(response, {
    what: 'a project page of the Simple API',
    mediaTypes: [SIMPLE_JSON],
    read: (document) => readProjectPage(document, response.url),
  });
  // Another project's page, signed files and all, must not pass for this one's.
  if (normalizeName(page.name) === normalizeName(project)) return page;
  throw new IndexError('ERR_INDEX_RESPONSE', `${url}: the page of another project than ${project}`, {
    details: { url },
  });
}

/**
 * What the index lists under exactly this filename, or undefined where it knows the file or the whole project not.
 * An upload whose answer was lost is looked for with it before it is sent again.
 * @throws IndexError as `fetchProject`, but not ERR_PROJECT_NOT_FOUND
 */
export async function fileOnIndex(
  options: ProjectOptions & { filename: string },
): Promise<ProjectFile | undefined> {
  try {
    const { files } = await fetchProject(options);
    return files.find(({ filename }) => filename === options.filename);
  } catch (error) {
    if (error instanceof IndexError && error.code === 'ERR_PROJECT_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * The wheels and sdists of one version, by PEP 440 equality. Files of other kinds, such as eggs, and files whose names
 * belong to another project are left out, as installers do.
 */
export function releaseFiles(project: Project, version: string): ProjectFile[] {
  const name = normalizeName(project.name);
  return project.files.filter(({ filename }) => {
    const dist = isDistFilename(filename) ? distOf(filename) : undefined;
    return dist !== undefined && dist.name === name && sameVersion(dist.version, version);
  });
}

function distOf(filename: string) {
  try {
    return parseDistFilename(filename);
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

// Only then may it stand in a path: `../` is not a name (core metadata specification, Name).
function projectName(project: string): string {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$/.test(project)) return normalizeName(project);
  throw new IndexError('ERR_PROJECT_NAME', `not a project name: ${JSON.stringify(project.slice(0, 100))}`);
}
