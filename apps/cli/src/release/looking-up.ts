// SPDX-License-Identifier: Apache-2.0
import { CliError } from '../cli-error.ts';
import { mapLimited } from '../concurrency.ts';
import { fetchListing, listedSame, type Listing } from './index-listing.ts';
import { note, type ProjectRelease } from './project-release.ts';
import { readingOf, type ReleaseSettings } from './release-settings.ts';
import type { FileProgress } from './release-report.ts';
import { servedAttestation } from './served-attestation.ts';

const PAGES_AT_ONCE = 8;
const FILES_AT_ONCE = 8;

/**
 * Finds out what the index has of every file already. A file that is there counts only with our attestation: without
 * it, it is somebody else's, or a downgrade. What is wrong with a file is its failure.
 */
export async function lookUpAll(
  releases: readonly ProjectRelease[],
  settings: ReleaseSettings,
): Promise<void> {
  await mapLimited(releases, PAGES_AT_ONCE, (release) => lookUpRelease(release, settings));
}

async function lookUpRelease(release: ProjectRelease, settings: ReleaseSettings): Promise<void> {
  const source = { ...settings, signal: settings.context.host.signal };
  try {
    const listing = await fetchListing(release.project, source);
    await mapLimited(release.files, FILES_AT_ONCE, (one) => lookUp(release, one, { settings, listing }));
  } catch (error) {
    for (const one of release.files) one.fail(error);
  }
}

async function lookUp(
  release: ProjectRelease,
  one: FileProgress,
  { settings, listing }: { settings: ReleaseSettings; listing: Listing },
): Promise<void> {
  const { judging, ...reading } = readingOf(settings);
  const { talk } = settings.context;
  const { filename, digests } = one.file;
  if (release.journal.contradicts(filename, digests.sha256))
    talk.warn(`the journal speaks of other bytes than ${filename} has: it is not believed`);
  try {
    const listed = listedSame(one.file, listing, reading);
    if (listed === undefined) return;
    if (judging !== undefined)
      one.attestation = await servedAttestation(one.file, listed, { ...reading, judging });
    if (!settings.resume)
      throw new CliError('ERR_RELEASE_BEGUN', `${settings.index.name} has ${filename} already`);
    one.wasThere = true;
    one.stage = 'uploaded';
    await note(release, one, { uploaded: settings.context.host.now() });
    talk.say(
      `${filename} is on ${settings.index.name} already${judging === undefined ? '' : ', attested by this publisher'}`,
    );
  } catch (error) {
    one.fail(error);
  }
}
