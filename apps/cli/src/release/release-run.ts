// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from '../command.ts';
import { formatPublisher } from '../identity/publisher-text.ts';
import { uploadAll } from '../publishing/uploading.ts';
import { preparePlaces } from '../signing/signing-outputs.ts';
import {
  attestationPath,
  completeEvidence,
  makeEvidence,
  takeEvidence,
  type Member,
} from './evidence-making.ts';
import { lookUpAll } from './looking-up.ts';
import { takeProvenance } from './provenance-along.ts';
import { note, recordOf, type ProjectRelease } from './project-release.ts';
import { readBackAll } from './reading-back.ts';
import { concludeDryRun, concludeRelease } from './release-outcome.ts';
import { planRelease, type Step } from './release-plan.ts';
import { mannerOf, readingOf, type ReleaseSettings } from './release-settings.ts';
import { tellRunner } from './release-summary.ts';
import { isUsable } from './signed-before.ts';

type Planned = Member & { readonly step: Step | 'hold' };

/**
 * Runs a release: what the index has already is verified and left alone, the rest is attested, uploaded only when every
 * attestation of its project is there and verified, and all of it is read back. Running it again finishes what is missing.
 */
export async function runReleasePipeline(
  releases: readonly ProjectRelease[],
  settings: ReleaseSettings,
): Promise<Outcome> {
  const { talk } = settings.context;
  talk.say(introduction(releases, settings));
  const planned = await plan(releases, settings);
  if (settings.dryRun)
    return concludeDryRun(releases, new Map(planned.map(({ one, step }) => [one, step])), settings);
  if (!planned.some(({ step }) => step === 'stop' || step === 'hold')) {
    await attest(planned, settings);
    await upload(planned, settings);
    for (const release of releases) await readBack(release, settings);
    await settings.shelve?.();
  }
  settings.context.host.signal.throwIfAborted();
  await tellRunner(releases, settings);
  return concludeRelease(releases, settings);
}

function introduction(releases: readonly ProjectRelease[], { index, attesting }: ReleaseSettings): string {
  const files = releases.reduce((sum, release) => sum + release.files.length, 0);
  const who = attesting === undefined ? '' : ` as ${formatPublisher(attesting.publisher)}`;
  return `releasing ${files} files to ${index.name}${who}`;
}

async function plan(releases: readonly ProjectRelease[], settings: ReleaseSettings): Promise<Planned[]> {
  const { attesting, overwrite, context } = settings;
  await lookUpAll(releases, settings);
  const members = releases.flatMap((release) => release.files.map((one) => ({ release, one })));
  if (attesting !== undefined && !overwrite)
    for (const member of members)
      if (!member.one.failed && !member.one.wasThere) await takeEvidence(member, { ...settings, attesting });
  if (attesting !== undefined)
    for (const { one } of members)
      if (!one.failed && !one.wasThere) await takeProvenance(one, settings, attesting);
  const facts = members.map(({ release, one }) => {
    const record = recordOf(release, one);
    return {
      onIndex: one.wasThere ? ('same' as const) : ('absent' as const),
      uploadedBefore: record?.uploaded !== undefined,
      evidence: one.attestation !== undefined,
      signedBefore: record?.signed !== undefined && isUsable(record.signed, one.file, context.host.now()),
      trouble: one.failed,
    };
  });
  const steps = planRelease(facts, mannerOf(settings));
  return members.map((member, index) => ({ ...member, step: steps[index] ?? 'hold' }));
}

async function attest(planned: readonly Planned[], settings: ReleaseSettings): Promise<void> {
  const { attesting, context } = settings;
  if (attesting === undefined) return;
  const begun = planned.filter(({ step }) => step === 'log');
  const fresh = planned.filter(({ step }) => step === 'sign');
  const total = begun.length + fresh.length;
  if (total === 0) return;
  // What could not be kept must not be logged either.
  await preparePlaces([...begun, ...fresh].map(({ one }) => attestationPath(one.file, settings)));
  await context.talk.during('attesting', undefined, async () => {
    const missing: Planned[] = [...fresh];
    for (const member of begun)
      if (!(await completeEvidence(member, { ...settings, attesting }))) missing.push(member);
    if (missing.length > 0) await makeEvidence(missing, { ...settings, attesting });
  });
}

// A project of which a file lacks its evidence is not begun on the index: half of it there would be frozen there.
async function upload(planned: readonly Planned[], settings: ReleaseSettings): Promise<void> {
  const held = new Set(planned.filter(({ one }) => one.failed).map(({ release }) => release));
  const waiting = planned.filter(
    ({ step, release, one }) => !held.has(release) && !one.wasThere && step !== 'await',
  );
  for (const { one, step, release } of planned)
    if (step === 'await' && !held.has(release)) one.stage = 'uploaded';
  if (waiting.length === 0) return;
  const releaseOf = new Map(waiting.map(({ one, release }) => [one, release]));
  const { context, http, index, password } = settings;
  await uploadAll(
    waiting.map(({ one }) => one),
    {
      context,
      http,
      index,
      password,
      attestationsOf: ({ attestation, along }) => (attestation === undefined ? [] : [attestation, ...along]),
      uploaded: async (one) => {
        const release = releaseOf.get(one);
        if (release !== undefined) await note(release, one, { uploaded: context.host.now() });
      },
    },
  );
}

async function readBack(release: ProjectRelease, settings: ReleaseSettings): Promise<void> {
  const there = release.files.filter((one) => !one.failed && one.stage === 'uploaded');
  if (there.length > 0) await readBackAll(release, there, readingOf(settings));
}
