// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { PUBLISH_PREDICATE_TYPE, type Attestation } from '@colophon/attestation';
import type { JsonObject } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { IndexError, requestAudience, type PackageIndex } from '@colophon/pypi';
import type { Policies } from '@colophon/verify';
import { CliError, usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { reusableAttestation } from '../release/evidence-reuse.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { ambientToken } from '../identity/identity.ts';
import { cannotTell, readSide, standing } from '../publishing/index-access.ts';
import { loadTrust } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { expandDists } from '../files/paths.ts';
import { formatPublisher } from '../identity/publisher-text.ts';
import { FileProgress } from '../release/release-report.ts';
import { loadReleaseFiles, refuseSeveralVersions } from '../release/release-file.ts';
import { settlePublisher } from '../identity/signer-policy.ts';
import { uploadAll } from '../publishing/uploading.ts';
import {
  mannerJson,
  readUploadTarget,
  settleUpload,
  type UploadManner,
} from '../publishing/upload-target.ts';

interface Publication {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
}

/** `publish`: uploads dists; under trusted publishing each with the attestation beside it, verified first. */
export async function runPublish(args: Arguments, context: Context): Promise<Outcome> {
  const target = await readUploadTarget(args, context);
  const { index } = target;
  const skipping = args.flag('skip-existing');
  if (skipping) readSide(index);
  const inputs = await expandDists(args.operands.length > 0 ? args.operands : ['dist'], context.host);
  const files = await loadReleaseFiles(inputs, context.host.signal);
  refuseSeveralVersions(files);
  const work = async (http: HttpClient): Promise<Outcome> => {
    const publication = { context, http, index };
    const manner = await settleUpload(target, 'publish', { args, context, http });
    const all = files.map((file) => new FileProgress(file));
    if (index.simpleUrl !== undefined) for (const one of all) await lookUp(one, publication, skipping);
    await upload(all, publication, manner);
    return conclude(all, publication, mannerJson(manner));
  };
  return withClient(context, work, target.tls);
}

async function lookUp(
  one: FileProgress,
  { context, index, http }: Publication,
  skipping: boolean,
): Promise<void> {
  try {
    if ((await standing(one.file, index, http)) === undefined) return;
    if (!skipping)
      throw new IndexError(
        'ERR_FILE_EXISTS',
        `${index.name} has ${one.file.filename} already, byte for byte; --skip-existing accepts that`,
      );
    one.wasThere = true;
    one.stage = 'uploaded';
  } catch (error) {
    if (skipping || !cannotTell(error)) return one.fail(error);
    context.talk.detail(`${one.file.filename}: whether ${index.name} has it cannot be asked there`);
  }
}

async function upload(
  all: readonly FileProgress[],
  publication: Publication,
  { credential: { password }, attestations: plan }: UploadManner,
): Promise<void> {
  const attestations = plan.send ? await collect(all, publication) : new Map<FileProgress, Attestation>();
  const attestationsOf = (one: FileProgress): Attestation[] =>
    [attestations.get(one)].filter((found) => found !== undefined);
  if (all.some((one) => one.failed)) return;
  const missing = all.filter((one) => !one.wasThere);
  await uploadAll(missing, { ...publication, password, attestationsOf });
}
// The index will verify each attestation for the publisher behind this job's token; so do we, before the first byte.
async function collect(
  all: readonly FileProgress[],
  publication: Publication,
): Promise<Map<FileProgress, Attestation>> {
  const { context, http, index } = publication;
  const audience = await requestAudience({ index, http, signal: context.host.signal });
  const publisher = settlePublisher(await ambientToken(context, http, audience), undefined);
  const policies: Policies = { anyOf: [publisher], predicateTypes: [PUBLISH_PREDICATE_TYPE] };
  const { roots } = await loadTrust(context);
  const found = new Map<FileProgress, Attestation>();
  for (const one of all.filter((file) => !file.wasThere && !file.failed)) {
    const { file } = one;
    try {
      const path = join(dirname(file.path), `${file.filename}.publish.attestation`);
      const attestation = await reusableAttestation(file, path, { roots, policies });
      if (attestation === undefined)
        throw new CliError(
          'ERR_NO_EVIDENCE',
          `${file.filename} has no publish attestation beside it by ${formatPublisher(publisher)}`,
        );
      found.set(one, attestation);
      one.stage = 'attested';
    } catch (error) {
      one.fail(error);
    }
  }
  return found;
}

function conclude(
  all: readonly FileProgress[],
  { context, index }: Publication,
  manner: JsonObject,
): Outcome {
  for (const one of all) {
    if (one.failed) context.talk.error(one.error);
    const word = one.failed
      ? 'FAILED'
      : one.stage !== 'uploaded'
        ? 'not reached'
        : one.wasThere
          ? 'there before'
          : 'uploaded';
    context.talk.result(`${word}: ${one.file.filename}  sha256 ${one.file.digests.sha256}`);
  }
  const statuses = all
    .map((one) => one.status('uploaded'))
    .filter((status): status is ExitStatus => status !== undefined);
  if (all.length === 0) throw usageError('nothing to publish');
  const status = statuses.length === 0 ? EXIT.partial : statusOfProducing(statuses);
  return {
    status,
    report: {
      schema: 'colophon.publish/1',
      status,
      index: index.name,
      ...manner,
      files: all.map((one) => one.toJson('uploaded')),
    },
  };
}
