// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PUBLISH_PREDICATE_TYPE } from '@colophon/attestation';
import { usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { readDemands, type Demands } from '../identity/policy-flags.ts';
import type { Arguments } from '../options/arguments.ts';
import { IndexReader } from '../publishing/index-reader.ts';
import { parseIndexSpec, type ReleaseSpec } from '../publishing/index-spec.ts';
import { loadTrust } from '../trust/instance.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { builtFiles, judgeRelease, type ReleaseQuestion } from '../verdict/release-verdict.ts';
import { orNothingVerified, reportVerdicts } from '../verdict/verdict-report.ts';

const LOOK_EVERY_MS = 2_000;

/** `verify release`: every file that an index lists of one version, all of them by one publisher. */
export async function runVerifyRelease(args: Arguments, context: Context): Promise<Outcome> {
  return orNothingVerified(context, async () => {
    const { host } = context;
    const release = readRelease(args.operands[0]);
    const demands = readDemands(args, { predicateTypes: [PUBLISH_PREDICATE_TYPE] });
    assertOnePublisher(demands);
    const waitMs = readWait(args.text('wait'));
    const built = await builtFiles(args.operands.slice(1), release, host);
    const trust = await loadTrust(context);
    const scratch = await mkdtemp(join(tmpdir(), 'colophon-verify-release-'));
    try {
      return await withClient(context, async (http) => {
        const index = () => new IndexReader(args.text('index') ?? 'pypi', http, host.signal);
        const question = { context, trust, demands, release, built, scratch };
        const verdicts = await judgeUntilThere(question, index, waitMs);
        const { simpleUrl } = index();
        return reportVerdicts(verdicts, question, { index: simpleUrl, release: release.shown });
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

function readRelease(word: string | undefined): ReleaseSpec {
  const spec = word === undefined ? undefined : parseIndexSpec(word);
  if (spec?.kind === 'release') return spec;
  throw usageError('name the release first, as NAME==VERSION, and then the files that were built');
}

// Of two publishers each might have signed half of it: then neither released it.
function assertOnePublisher(demands: Demands): void {
  if (demands.some(({ anyOf }) => anyOf.length > 1))
    throw usageError('a release is by one publisher: name one');
}

function readWait(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^[0-9]{1,5}$/.test(text)) throw usageError(`--wait ${text}: expected whole seconds`);
  return Number(text) * 1000;
}

async function judgeUntilThere(
  question: Omit<ReleaseQuestion, 'index'>,
  index: () => IndexReader,
  waitMs: number,
): Promise<FileVerdict[]> {
  const { host, talk } = question.context;
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const verdicts = await judgeRelease({ ...question, index: index() });
    host.signal.throwIfAborted();
    const missing = verdicts.filter(({ status }) => mayCome(status));
    if (missing.length === 0 || waited >= waitMs) return verdicts;
    if (waited === 0) talk.say(`waiting for ${missing.map(({ file }) => file).join(', ')}`);
    await pause(LOOK_EVERY_MS, undefined, { signal: host.signal });
  }
}

function mayCome(status: FileVerdict['status']): boolean {
  return [EXIT.noInput, EXIT.noEvidence, EXIT.unavailable].some((passing) => passing === status);
}
