// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { CliError, usageError } from '../cli-error.ts';
import { githubApi } from '../evidence/evidence-source.ts';
import { GitHubShelf, type GitHubRelease } from '../evidence/github-release.ts';
import type { Arguments } from '../options/arguments.ts';
import type { ProjectRelease } from './project-release.ts';
import type { FileProgress } from './release-report.ts';
import type { ReleaseSettings } from './release-settings.ts';

/** Puts the evidence of what is released where people look for it. */
export type Shelving = (releases: readonly ProjectRelease[]) => Promise<void>;

/**
 * Opens `--store github`, if it was said: whether it can be done is found out before anything is signed.
 * @throws CliError ERR_USAGE, ERR_CREDENTIAL_MISSING, ERR_STORE_REFUSED; HttpError
 */
export async function openShelving(
  args: Arguments,
  { context, http, attesting }: Pick<ReleaseSettings, 'context' | 'http' | 'attesting'>,
): Promise<Shelving | undefined> {
  if (args.text('store') === undefined) return undefined;
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
  const release = await shelf.release(tag);
  return async (releases) => {
    for (const one of releases.flatMap(({ files }) => files)) {
      await shelve(one, { shelf, release });
      signal.throwIfAborted();
      if (!one.failed && one.attestation !== undefined)
        context.talk.say(
          `stored the attestation of ${one.file.filename} on GitHub, and beside the release ${tag}`,
        );
    }
  };
}

async function shelve(
  one: FileProgress,
  { shelf, release }: { shelf: GitHubShelf; release: GitHubRelease },
): Promise<void> {
  const { file, attestation, failed, stage } = one;
  if (failed || stage !== 'verified' || attestation === undefined) return;
  try {
    await shelf.keep({ filename: file.filename, sha256: file.digests.sha256, attestation }, release);
  } catch (error) {
    one.fail(error);
  }
}
