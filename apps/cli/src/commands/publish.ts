// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { withClient } from '../client.ts';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { expandDists } from '../files/paths.ts';
import type { Arguments } from '../options/arguments.ts';
import { readSide } from '../publishing/index-access.ts';
import {
  attestationsFor,
  type Brought,
  collectAttestations,
  lookUp,
  type Publication,
} from '../publishing/publication.ts';
import {
  mannerJson,
  readUploadTarget,
  settleUpload,
  type UploadManner,
} from '../publishing/upload-target.ts';
import { uploadAll } from '../publishing/uploading.ts';
import { failureJson } from '../render/failure.ts';
import {
  loadReleaseFiles,
  refuseConflicts,
  refuseSeveralVersions,
  type ReleaseFile,
} from '../release/release-file.ts';
import { FileProgress } from '../release/release-report.ts';

interface Run extends Publication {
  readonly manner: UploadManner;
  readonly dryRun: boolean;
  readonly printHash: boolean;
}

/** `publish`: uploads dists; under trusted publishing each with the attestations beside it, verified first. */
export async function runPublish(args: Arguments, context: Context): Promise<Outcome> {
  const target = await readUploadTarget(args, context);
  const { index } = target;
  const skipping = args.flag('skip-existing');
  if (skipping) readSide(index);
  const inputs = await expandDists(args.operands.length > 0 ? args.operands : ['dist'], context.host);
  const loaded = await loadReleaseFiles(inputs, context.host.signal, args.flag('print-hash'));
  const files = byProject(refuseConflicts(loaded, index.audience !== undefined));
  if (files.length === 0) throw usageError('nothing to publish');
  if (!args.flag('several-versions')) refuseSeveralVersions(files);
  const work = async (http: HttpClient): Promise<Outcome> => {
    const manner = await settleUpload(target, 'publish', { args, context, http });
    const run = {
      context,
      http,
      index,
      manner,
      dryRun: args.flag('dry-run'),
      printHash: args.flag('print-hash'),
    };
    const all = files.map((file) => new FileProgress(file));
    if (index.simpleUrl !== undefined) await lookUp(all, run, skipping);
    return conclude(all, await upload(all, run), run);
  };
  return withClient(context, work, target.tls);
}

/** One project after another, and one version after another; within a version the order stays: wheels first. */
function byProject(files: readonly ReleaseFile[]): ReleaseFile[] {
  const releases = files.map(({ dist }) => `${dist.name}==${dist.version}`);
  return [...new Set(releases)]
    .toSorted()
    .flatMap((release) => files.filter((_file, index) => releases[index] === release));
}

async function upload(all: readonly FileProgress[], run: Run): Promise<Brought> {
  const { manner, dryRun } = run;
  const missing = all.filter((one) => !one.wasThere && !one.failed);
  const brought: Brought = manner.attestations.send ? await collectAttestations(missing, run) : new Map();
  if (dryRun || all.some((one) => one.failed)) return brought;
  const { password } = manner.credential;
  await uploadAll(missing, { ...run, password, attestationsOf: attestationsFor(brought) });
  return brought;
}

function conclude(all: readonly FileProgress[], brought: Brought, run: Run): Outcome {
  const { talk } = run.context;
  const { index, dryRun } = run;
  if (dryRun) talk.say(`dry run: nothing was sent to ${index.uploadUrl}`);
  for (const one of all) {
    if (one.failed) talk.error(one.error);
    talk.result(lineOf(one, brought, run));
  }
  const failures = all.filter((one) => one.failed).map((one) => failureJson(one.error));
  const retry = failures.length > 0 && failures.every((failure) => failure['retry'] === true);
  const files = all.map((one) => ({ ...one.toJson('uploaded', retry), ...fileJson(one, brought, run) }));
  const status = statusOf(all, dryRun);
  const report = {
    schema: 'colophon.publish/1',
    status,
    index: index.name,
    uploadUrl: index.uploadUrl,
    dryRun,
    ...mannerJson(run.manner),
    files,
  };
  return { status, report };
}

function statusOf(all: readonly FileProgress[], dryRun: boolean): ExitStatus {
  const statuses = all
    .map((one) => (dryRun && !one.failed ? EXIT.ok : one.status('uploaded')))
    .filter((status): status is ExitStatus => status !== undefined);
  return statuses.length === 0 ? EXIT.partial : statusOfProducing(statuses);
}

function lineOf(one: FileProgress, brought: Brought, { printHash, dryRun }: Run): string {
  const { filename, digests, blake2b256 = '' } = one.file;
  const hash = printHash ? `  blake2b-256 ${blake2b256}` : '';
  const count = brought.get(one)?.attestations.length ?? 0;
  const along = dryRun && count > 0 ? `  with ${count} ${count === 1 ? 'attestation' : 'attestations'}` : '';
  return `${wordFor(one, dryRun)}: ${filename}  sha256 ${digests.sha256}${hash}${along}`;
}

function wordFor(one: FileProgress, dryRun: boolean): string {
  if (one.failed) return 'FAILED';
  if (one.wasThere) return 'there before';
  if (dryRun) return 'would upload';
  return one.stage === 'uploaded' ? 'uploaded' : 'not reached';
}

function fileJson(one: FileProgress, brought: Brought, { dryRun }: Run): JsonObject {
  const { attestations = [], leftBehind = [] } = brought.get(one) ?? {};
  const planned = dryRun && !one.failed && !one.wasThere;
  return {
    ...(planned ? { status: EXIT.ok, outcome: 'planned' } : {}),
    attestations: attestations.map(({ type }) => type),
    notSent: leftBehind.map(({ name, why }) => ({ name, why })),
    ...(one.file.blake2b256 === undefined ? {} : { blake2b256: one.file.blake2b256 }),
  };
}
