// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from '@colophon/base';
import { type HttpClient, parseHttpUrl } from '@colophon/http';
import { CliError } from 'colophon/src/cli-error.ts';

export interface ArchiveOptions {
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** `https://github.com`, or the server of an enterprise. */
  readonly serverUrl: string;
  /** OWNER/NAME. */
  readonly repository: string;
  readonly tag: string;
  /** Sent to the server, not to where it leads. */
  readonly token: Secret;
  /** An existing folder. */
  readonly folder: string;
}

const FORMS = ['zip', 'tar.gz'] as const;
const MAX_BYTES = 4 * 1024 ** 3;

/** Fetches the source archives that GitHub makes of a tag, as a release's page offers them. Gives their paths. */
export async function fetchSourceArchives(options: ArchiveOptions): Promise<string[]> {
  const { repository, tag, folder } = options;
  const name = `${repository.split('/')[1]}-${tag.replaceAll('/', '-')}`;
  const paths: string[] = [];
  for (const form of FORMS) {
    const path = join(folder, `${name}.${form}`);
    await fetchArchive(form, path, options);
    paths.push(path);
  }
  return paths;
}

async function fetchArchive(
  form: (typeof FORMS)[number],
  path: string,
  options: ArchiveOptions,
): Promise<void> {
  const { http, serverUrl, repository, tag, token, signal } = options;
  const server = parseHttpUrl(serverUrl);
  const url = new URL(`/${repository}/archive/refs/tags/${encodeURI(tag)}.${form}`, server);
  const { status, headers } = await http.request({
    method: 'GET',
    url,
    bearer: token,
    passStatuses: [302],
    signal,
  });
  const stream = await http.open({
    method: 'GET',
    url: redirected(status, headers.get('location'), server),
    maxBytes: MAX_BYTES,
    signal,
  });
  if (stream.status !== 200)
    throw new CliError(
      'ERR_STORE_ANSWER',
      `${repository}: the source archive of ${tag} was answered with ${stream.status}`,
    );
  await using file = await open(path, 'wx');
  for await (const chunk of stream.body) await file.writeFile(chunk);
}

// The bytes will be signed and attached as GitHub's: they must come from its own hosts.
function redirected(status: number, location: string | undefined, server: URL): URL {
  const target = location === undefined ? null : URL.parse(location, server.href);
  const hosts = [server.host, `codeload.${server.host}`];
  if (status === 302 && target?.protocol === server.protocol && hosts.includes(target.host)) return target;
  throw new CliError(
    'ERR_STORE_ANSWER',
    `${server.host} does not lead to a source archive of its own (${status})`,
  );
}
