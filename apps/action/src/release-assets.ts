// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type JsonObject, parseJson, Secret } from '@colophon/base';
import { withClient } from 'colophon/src/client.ts';
import { CliError } from 'colophon/src/cli-error.ts';
import type { Context } from 'colophon/src/command.ts';
import { githubApi } from 'colophon/src/evidence/evidence-source.ts';
import { GitHubShelf } from 'colophon/src/evidence/github-release.ts';
import type { Host } from 'colophon/src/host.ts';
import { Arguments } from 'colophon/src/options/arguments.ts';
import { readGlobalOptions } from 'colophon/src/options/global.ts';
import { Talk } from 'colophon/src/render/talk.ts';
import { fetchSourceArchives } from './source-archive.ts';

/** The release whose publication started this job. */
export interface PublishedRelease {
  readonly repository: string;
  readonly tag: string;
}

/** Reads the event that started the job; undefined where it was no publication of a release. */
export async function publishedRelease({ environment }: Host): Promise<PublishedRelease | undefined> {
  const [event, path] = [environment['GITHUB_EVENT_NAME'], environment['GITHUB_EVENT_PATH']];
  const repository = environment['GITHUB_REPOSITORY'];
  if (event !== 'release' || !path || !repository) return undefined;
  const payload = parseJson(await readFile(path)) as JsonObject;
  const tag = (payload['release'] as JsonObject | undefined)?.['tag_name'];
  return payload['action'] === 'published' && typeof tag === 'string' ? { repository, tag } : undefined;
}

/** The source archives of a release, in a folder of the runner's. @throws CliError; HttpError */
export async function sourceArchives(
  { repository, tag }: PublishedRelease,
  { host, token, folder }: { host: Host; token: Secret; folder: string },
): Promise<string[]> {
  const serverUrl = host.environment['GITHUB_SERVER_URL'] || 'https://github.com';
  return withClient(contextOf(host), (http) =>
    fetchSourceArchives({ http, signal: host.signal, serverUrl, repository, tag, token, folder }),
  );
}

/** Attaches files and the bundles that were made of them to a release. @throws CliError ERR_STORE_*; HttpError */
export async function attachAll(
  paths: readonly string[],
  { repository, tag }: PublishedRelease,
  { host, token }: { host: Host; token: Secret },
): Promise<void> {
  const context = contextOf(host);
  await withClient(context, async (http) => {
    const shelf = new GitHubShelf(repository, { apiUrl: githubApi(host), http, signal: host.signal, token });
    const release = await shelf.release(tag);
    for (const path of paths) {
      const type = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
      await shelf.addAsset({ name: basename(path), bytes: await readFile(path), type }, release);
      context.talk.say(`attached ${basename(path)} to the release ${tag}`);
    }
  });
}

/** The step's token. @throws CliError ERR_CREDENTIAL_MISSING */
export function githubToken(text: string | undefined): Secret {
  if (text === undefined)
    throw new CliError(
      'ERR_CREDENTIAL_MISSING',
      'the input github-token is needed to attach files to a release',
    );
  return new Secret(text);
}

function contextOf(host: Host): Context {
  const options = readGlobalOptions(new Arguments([], [], {}), host);
  return { host, options, talk: new Talk(host, options), isReportRead: true };
}
