// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { Outcome } from '../command.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { formatPublisher } from '../identity/publisher-text.ts';
import { failureJson } from '../render/failure.ts';
import type { ProjectRelease } from './project-release.ts';
import { proofCommands } from './proof-commands.ts';
import type { Step } from './release-plan.ts';
import type { FileProgress, Stage } from './release-report.ts';
import type { ReleaseSettings } from './release-settings.ts';

const GOAL: Stage = 'verified';

/** Tells how far a release came: a line of result for each file, the failures in full, and the JSON document. */
export function concludeRelease(releases: readonly ProjectRelease[], settings: ReleaseSettings): Outcome {
  const { talk } = settings.context;
  const all = releases.flatMap(({ files }) => files);
  for (const one of all) {
    if (one.failed) talk.error(one.error);
    talk.result(`${wordFor(one)}: ${shown(one)}`);
  }
  const status = statusOf(all);
  const retry = mayRetry(all);
  if (status !== EXIT.ok) {
    const what = isReleased(all) ? 'released, but not stored on GitHub' : 'not released';
    talk.say(
      retry
        ? `${what}: run the same command again to finish what is missing`
        : `${what}: once what is wrong is mended, the same command finishes what is missing`,
    );
  } else for (const release of releases) sayProof(release, settings);
  return {
    status,
    report: { ...reportHead(status, releases, settings), files: all.map((one) => one.toJson(GOAL, retry)) },
  };
}

function reportHead(
  status: ExitStatus,
  releases: readonly ProjectRelease[],
  settings: ReleaseSettings,
): JsonObject {
  const { index, attesting, dryRun } = settings;
  return {
    schema: 'colophon.release/1',
    status,
    index: index.name,
    dryRun,
    ...(attesting === undefined ? {} : { publisher: formatPublisher(attesting.publisher) }),
    releases: releases.map((release) => releaseJson(release, settings)),
  };
}

function shown({ file }: FileProgress): string {
  const { filename, digests, blake2b256 } = file;
  return `${filename}  sha256 ${digests.sha256}${blake2b256 === undefined ? '' : `  blake2b-256 ${blake2b256}`}`;
}

const PLANNED: Readonly<Record<Step | 'hold', string>> = {
  stop: 'FAILED',
  hold: 'not reached',
  'read-back': 'would be read back',
  await: 'would be waited for',
  upload: 'would be uploaded',
  log: 'would be logged and uploaded',
  sign: 'would be signed and uploaded',
};

/** Tells what a release would do for each file. */
export function concludeDryRun(
  releases: readonly ProjectRelease[],
  steps: ReadonlyMap<FileProgress, Step | 'hold'>,
  settings: ReleaseSettings,
): Outcome {
  const { context, index } = settings;
  const all = releases.flatMap(({ files }) => files);
  context.talk.say(`dry run: nothing was signed, and nothing sent to ${index.uploadUrl}`);
  for (const one of all) {
    if (one.failed) context.talk.error(one.error);
    context.talk.result(`${PLANNED[steps.get(one) ?? 'hold']}: ${shown(one)}`);
  }
  const failed = all
    .map((one) => one.status(GOAL))
    .filter((status) => status !== undefined && status !== EXIT.ok);
  const status = statusOfProducing(failed.filter((one) => one !== undefined));
  const files = all.map((one) => ({
    ...one.toJson(GOAL),
    ...(one.failed ? {} : { status: EXIT.ok, outcome: 'planned' }),
  }));
  return { status, report: { ...reportHead(status, releases, settings), files } };
}

/**
 * Whatever was not reached counts as not done: a release is done when every file was read back, or it is not. A file that is
 * released and not stored is done in part.
 */
export function statusOf(all: readonly FileProgress[]): ExitStatus {
  const known = all.map((one) => one.status(GOAL)).filter((status) => status !== undefined);
  const status = statusOfProducing(all.some(isShort) ? [EXIT.ok, ...known] : known);
  return status === EXIT.ok && known.length < all.length ? EXIT.partial : status;
}

/** Whether a file is released, and what was to follow failed. */
function isShort({ failed, stage }: FileProgress): boolean {
  return failed && stage === GOAL;
}

/** Whether every file is on the index and proven to be, whatever came after. */
export function isReleased(all: readonly FileProgress[]): boolean {
  return all.every(({ stage }) => stage === GOAL);
}

function mayRetry(all: readonly FileProgress[]): boolean {
  return all.filter(({ failed }) => failed).every(({ error }) => failureJson(error)['retry'] === true);
}

function releaseJson(release: ProjectRelease, settings: ReleaseSettings): JsonObject {
  const { project, version, files, journal } = release;
  const status = statusOf(files);
  const verify = status === EXIT.ok ? proofCommands(release, settings) : [];
  return { project, version, status, journal: journal.path, verify };
}

function sayProof(release: ProjectRelease, settings: ReleaseSettings): void {
  const [first] = proofCommands(release, settings);
  if (first !== undefined) settings.context.talk.say(`anyone can verify it: ${first}`);
}

/** What became of a file, in a word or two. */
export function wordFor(one: FileProgress): string {
  // What is on the index for ever must not look as if it could be sent again.
  if (one.failed) return isShort(one) ? 'released, NOT STORED' : 'FAILED';
  if (one.stage !== GOAL) return 'not reached';
  return one.wasThere ? 'released before' : 'released';
}
