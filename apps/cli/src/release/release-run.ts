// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { encodeAttestation, PUBLISH_PREDICATE_TYPE, type Attestation } from '@colophon/attestation';
import type { JsonObject } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import type { Policies } from '@colophon/verify';
import { attestDists } from '../signing/attesting.ts';
import type { Context, Outcome } from '../command.ts';
import { firstThen } from '../commands/attest.ts';
import { mapLimited } from '../concurrency.ts';
import { reusableAttestation } from './evidence-reuse.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { standing } from '../publishing/index-access.ts';
import type { Instance } from '../trust/instance.ts';
import { writeWhole } from '../files/output-file.ts';
import { formatPublisher, type PublisherText } from '../identity/publisher-text.ts';
import { readBackAll, verifyListed } from './reading-back.ts';
import { FileProgress, type Stage } from './release-report.ts';
import type { ReleaseFile } from './release-file.ts';
import { settlePublisher } from '../identity/signer-policy.ts';
import { uploadAll } from '../publishing/uploading.ts';

export interface ReleaseSettings {
  readonly context: Context;
  readonly http: HttpClient;
  readonly instance: Instance;
  readonly index: PackageIndex;
  readonly token: IdToken;
  /** Asked when another certificate is needed. */
  readonly nextToken: () => Promise<IdToken>;
  readonly publisher: PublisherText | undefined;
  /** Where attestations are kept; beside each file when undefined. */
  readonly outputDirectory: string | undefined;
  readonly overwrite: boolean;
  /** Where files that were read back stay. */
  readonly keepIn: string | undefined;
}

const GOAL: Stage = 'verified';
const LOOK_UPS_AT_ONCE = 8;

/**
 * Runs a release: what the index has already is verified and left alone, the rest is attested, uploaded only when every
 * attestation is there and verified, and read back. Running it again finishes what is missing.
 */
export async function runReleasePipeline(
  files: readonly ReleaseFile[],
  settings: ReleaseSettings,
): Promise<Outcome> {
  const { context, instance, index, http } = settings;
  const publisher = settlePublisher(settings.token, settings.publisher);
  const policies: Policies = { anyOf: [publisher], predicateTypes: [PUBLISH_PREDICATE_TYPE] };
  context.talk.say(`releasing ${files.length} files to ${index.name} as ${formatPublisher(publisher)}`);
  const all = files.map((file) => new FileProgress(file));
  const reading = { context, http, index, roots: instance.roots, policies, keepIn: settings.keepIn };
  await mapLimited(all, LOOK_UPS_AT_ONCE, (one) => lookUp(one, settings, () => reading));
  const attestations = new Map<FileProgress, Attestation>();
  if (all.every((one) => !one.failed)) await attestMissing(all, attestations, settings, policies);
  if (all.every((one) => !one.failed)) {
    const missing = all.filter((one) => !one.wasThere);
    const attestationsOf = (one: FileProgress) =>
      [attestations.get(one)].filter((found) => found !== undefined);
    await uploadAll(missing, { context, http, index, attestationsOf });
    await readBackAll(
      all.filter((one) => !one.failed),
      reading,
    );
  }
  return conclude(all, publisher, settings);
}

type Reading = Parameters<typeof verifyListed>[2];

// A file that is there counts as done only with our attestation: without it, it is somebody else's, or a downgrade.
async function lookUp(
  one: FileProgress,
  { index, http }: ReleaseSettings,
  reading: () => Reading,
): Promise<void> {
  try {
    const listed = await standing(one.file, index, http);
    if (listed === undefined) return;
    await verifyListed(one.file, listed, reading());
    one.wasThere = true;
    one.stage = 'uploaded';
  } catch (error) {
    one.fail(error);
  }
}

async function attestMissing(
  all: readonly FileProgress[],
  attestations: Map<FileProgress, Attestation>,
  settings: ReleaseSettings,
  policies: Policies,
): Promise<void> {
  const { context, http, instance } = settings;
  const missing = all.filter((one) => !one.wasThere);
  for (const one of missing) await reuse(one, attestations, settings, policies);
  const unsigned = new Map(
    missing.filter((one) => !one.failed && !attestations.has(one)).map((one) => [one.file, one]),
  );
  if (unsigned.size === 0 || missing.some((one) => one.failed)) return;
  const token = firstThen(settings.token, settings.nextToken);
  for await (const made of attestDists([...unsigned.keys()], { context, http, instance, policies, token })) {
    const one = unsigned.get(made.file);
    if (one === undefined) continue;
    if ('error' in made) {
      one.fail(made.error);
      continue;
    }
    await writeWhole(attestationPath(one.file, settings), encodeAttestation(made.attestation));
    attestations.set(one, made.attestation);
    one.stage = 'attested';
    one.logIndex = String(made.attestation.transparencyEntries[0]?.logIndex);
    context.talk.say(`attested ${one.file.filename}, log index ${one.logIndex}; verified`);
  }
  context.host.signal.throwIfAborted();
}

async function reuse(
  one: FileProgress,
  attestations: Map<FileProgress, Attestation>,
  settings: ReleaseSettings,
  policies: Policies,
): Promise<void> {
  if (settings.overwrite) return;
  try {
    const judging = { roots: settings.instance.roots, policies };
    const found = await reusableAttestation(one.file, attestationPath(one.file, settings), judging);
    if (found === undefined) return;
    attestations.set(one, found);
    one.stage = 'attested';
    one.reused = true;
    settings.context.talk.say(`${one.file.filename} has an attestation that verifies; using it`);
  } catch (error) {
    one.fail(error);
  }
}

function attestationPath(file: ReleaseFile, { outputDirectory }: ReleaseSettings): string {
  return join(outputDirectory ?? dirname(file.path), `${file.filename}.publish.attestation`);
}

function conclude(
  all: readonly FileProgress[],
  publisher: PublisherText,
  { context, index }: ReleaseSettings,
): Outcome {
  const { talk } = context;
  for (const one of all) {
    if (one.failed) talk.error(one.error);
    talk.result(`${wordFor(one)}: ${one.file.filename}  sha256 ${one.file.digests.sha256}`);
  }
  const known = all
    .map((one) => one.status(GOAL))
    .filter((status): status is ExitStatus => status !== undefined);
  const status = statusOfProducing(known);
  if (status !== EXIT.ok) talk.say('not released: run the same command again to finish what is missing');
  const report: JsonObject = {
    schema: 'colophon.release/1',
    status,
    index: index.name,
    publisher: formatPublisher(publisher),
    files: all.map((one) => one.toJson(GOAL)),
  };
  return { status, report };
}

function wordFor(one: FileProgress): string {
  if (one.failed) return 'FAILED';
  if (one.stage !== GOAL) return 'not reached';
  return one.wasThere ? 'released before' : 'released';
}
