// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { Outcome } from '../command.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { formatPublisher } from '../identity/publisher-text.ts';
import { failureJson } from '../render/failure.ts';
import type { ProjectRelease } from './project-release.ts';
import type { FileProgress, Stage } from './release-report.ts';
import type { ReleaseSettings } from './release-settings.ts';

const GOAL: Stage = 'verified';

/** Tells how far a release came: a line of result for each file, the failures in full, and the JSON document. */
export function concludeRelease(releases: readonly ProjectRelease[], settings: ReleaseSettings): Outcome {
  const { context, index, attesting } = settings;
  const { talk } = context;
  const all = releases.flatMap(({ files }) => files);
  for (const one of all) {
    if (one.failed) talk.error(one.error);
    talk.result(`${wordFor(one)}: ${one.file.filename}  sha256 ${one.file.digests.sha256}`);
  }
  const status = statusOf(all);
  const retry = mayRetry(all);
  if (status !== EXIT.ok)
    talk.say(
      retry
        ? 'not released: run the same command again to finish what is missing'
        : 'not released: once what is wrong is mended, the same command finishes what is missing',
    );
  const report: JsonObject = {
    schema: 'colophon.release/1',
    status,
    index: index.name,
    ...(attesting === undefined ? {} : { publisher: formatPublisher(attesting.publisher) }),
    releases: releases.map((release) => releaseJson(release)),
    files: all.map((one) => one.toJson(GOAL, retry)),
  };
  return { status, report };
}

// Whatever was not reached counts as not done: a release is done when every file was read back, or it is not.
function statusOf(all: readonly FileProgress[]): ExitStatus {
  const known = all.map((one) => one.status(GOAL)).filter((status) => status !== undefined);
  const status = statusOfProducing(known);
  return status === EXIT.ok && known.length < all.length ? EXIT.partial : status;
}

function mayRetry(all: readonly FileProgress[]): boolean {
  return all.filter(({ failed }) => failed).every(({ error }) => failureJson(error)['retry'] === true);
}

function releaseJson({ project, version, files, journal }: ProjectRelease): JsonObject {
  return { project, version, status: statusOf(files), journal: journal.path };
}

function wordFor(one: FileProgress): string {
  if (one.failed) return 'FAILED';
  if (one.stage !== GOAL) return 'not reached';
  return one.wasThere ? 'released before' : 'released';
}
