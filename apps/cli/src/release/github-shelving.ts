// SPDX-License-Identifier: Apache-2.0
import { isAppError, Secret } from '@colophon/base';
import { CliError, usageError } from '../cli-error.ts';
import { githubApi } from '../evidence/evidence-source.ts';
import { GitHubShelf, type GitHubRelease } from '../evidence/github-release.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { note, type ProjectRelease, recordOf } from './project-release.ts';
import type { ReleaseSettings } from './release-settings.ts';

/** Puts the evidence of what is released where people look for it. */
export type Shelving = () => Promise<void>;

type Setting = Pick<ReleaseSettings, 'context' | 'http' | 'attesting'>;

/**
 * Opens `--store github`, if it was said: whether it can be done is found out before anything is signed. What an earlier
 * run was told and did not finish is finished too; where that cannot be done, it is said, and stands in no one's way.
 * @throws CliError ERR_USAGE, ERR_CREDENTIAL_MISSING, ERR_STORE_REFUSED; HttpError
 */
export async function openShelving(
  args: Arguments,
  releases: readonly ProjectRelease[],
  setting: Setting,
): Promise<Shelving | undefined> {
  if (args.text('store') !== undefined) {
    for (const { journal } of releases) journal.keepStore('github');
    return shelvingOf(releases, setting);
  }
  const begun = releases.filter(isUnfinished);
  const [first] = begun;
  if (first === undefined) return undefined;
  try {
    return await shelvingOf(begun, setting);
  } catch (error) {
    if (!isAppError(error)) throw error;
    setting.context.talk.warn(
      `the attestations are not stored on GitHub, as ${first.journal.path} says they should be: ${error.message}`,
    );
    return undefined;
  }
}

function isUnfinished(release: ProjectRelease): boolean {
  if (release.journal.store === undefined) return false;
  return release.files.some((one) => recordOf(release, one)?.stored === undefined);
}

async function shelvingOf(releases: readonly ProjectRelease[], setting: Setting): Promise<Shelving> {
  const { context, http, attesting } = setting;
  const { environment, signal } = context.host;
  if (attesting?.publisher.kind !== 'GitHub')
    throw usageError('--store github: there is nothing to store but attestations of a repository on GitHub');
  const secret = environment['GH_TOKEN'] || environment['GITHUB_TOKEN'];
  if (!secret) throw new CliError('ERR_CREDENTIAL_MISSING', '--store github needs GITHUB_TOKEN or GH_TOKEN');
  const tag = /^refs\/tags\/(.+)$/.exec(attesting.token.claims.ref ?? environment['GITHUB_REF'] ?? '')?.[1];
  if (tag === undefined)
    throw usageError('--store github: this job does not run for a tag, so there is no release of it');
  const apiUrl = githubApi(context.host);
  const shelf = new GitHubShelf(attesting.publisher.repository, {
    apiUrl,
    http,
    signal,
    token: new Secret(secret),
  });
  const shelfOfTag = { shelf, place: await shelf.release(tag), context };
  return async () => {
    for (const release of releases) await shelve(release, shelfOfTag);
  };
}

interface Shelf {
  readonly shelf: GitHubShelf;
  readonly place: GitHubRelease;
  readonly context: Context;
}

async function shelve(release: ProjectRelease, { shelf, place, context }: Shelf): Promise<void> {
  const { talk, host } = context;
  for (const one of release.files) {
    const { file, attestation, failed, stage } = one;
    if (failed || stage !== 'verified' || attestation === undefined) continue;
    try {
      await shelf.keep({ filename: file.filename, sha256: file.digests.sha256, attestation }, place);
      await note(release, one, { stored: host.now() });
      talk.say(`stored the attestation of ${file.filename} on GitHub, and beside the release ${place.tag}`);
    } catch (error) {
      one.fail(error);
    }
    host.signal.throwIfAborted();
  }
}
