// SPDX-License-Identifier: Apache-2.0
import { PUBLISH_PREDICATE_TYPE } from '@colophon/attestation';
import type { HttpClient } from '@colophon/http';
import { requestAudience } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { checkFile } from '../commands/check.ts';
import { EXIT } from '../exit-status.ts';
import { expandDists, type InputFile } from '../files/paths.ts';
import { ambientToken, jobToken, tellIdleLogin } from '../identity/identity.ts';
import { guardPrivateRepository } from '../identity/private-repository.ts';
import { formatPublisher, parsePublisher, type PublisherText } from '../identity/publisher-text.ts';
import { settlePublisher } from '../identity/signer-policy.ts';
import type { Arguments } from '../options/arguments.ts';
import { readSide } from '../publishing/index-access.ts';
import { readUploadTarget, settleUpload, type UploadTarget } from '../publishing/upload-target.ts';
import { loadInstance, type Instance } from '../trust/instance.ts';
import { openShelving } from './github-shelving.ts';
import { openReleases } from './project-release.ts';
import {
  loadReleaseFiles,
  refuseConflicts,
  refuseSeveralVersions,
  type ReleaseFile,
} from './release-file.ts';
import { runReleasePipeline } from './release-run.ts';
import type { Attesting, ReleaseSettings } from './release-settings.ts';

/** What is released, and where its evidence and what was read back go. */
export interface Places {
  readonly operands: readonly string[];
  readonly outputDirectory: string | undefined;
  readonly keepIn: string | undefined;
  /** The folder that the journal's path starts from. */
  readonly journalFolder: string;
  /** Whether the index will still be there when somebody verifies the release. */
  readonly lasting: boolean;
}

/** The release itself, on the index and the instance that `args` and `context` name. */
export async function releaseDists(args: Arguments, context: Context, places: Places): Promise<Outcome> {
  const { host } = context;
  if (args.flag('resume') && args.flag('no-resume'))
    throw usageError('--resume and --no-resume exclude each other');
  const target = await readUploadTarget(args, context);
  readSide(target.index);
  const instance = await loadInstance(context);
  const inputs = await expandDists(places.operands, host);
  await refuseUnfit(inputs, context);
  const files = refuseConflicts(await loadReleaseFiles(inputs, host.signal, args.flag('print-hash')), true);
  if (!args.flag('several-versions')) refuseSeveralVersions(files);
  return withClient(
    context,
    async (http) => {
      const settled = await settle(args, { context, http, instance, target, places });
      const releases = await releasesOf(files, args, { settings: settled, places });
      const shelve = await openShelving(args, releases, settled);
      return runReleasePipeline(releases, { ...settled, shelve });
    },
    target.tls,
  );
}

interface Setting {
  readonly context: Context;
  readonly http: HttpClient;
  readonly instance: Instance;
  readonly target: UploadTarget;
  readonly places: Places;
}

// Credential and index come first: nothing is signed that could not be sent.
async function settle(args: Arguments, setting: Setting): Promise<ReleaseSettings> {
  const { context, http, target, places } = setting;
  const { credential, attestations } = await settleUpload(target, 'release', { args, context, http });
  return {
    context,
    http,
    index: target.index,
    password: credential.password,
    attesting: attestations.send ? await settleAttesting(args, setting) : refusePublisher(args),
    outputDirectory: places.outputDirectory,
    overwrite: args.flag('overwrite'),
    resume: !args.flag('no-resume'),
    keepIn: places.keepIn,
    lasting: places.lasting,
    dryRun: args.flag('dry-run'),
  };
}

async function settleAttesting(
  args: Arguments,
  { context, http, instance, target }: Setting,
): Promise<Attesting> {
  const named = args.text('publisher');
  const wanted = named === undefined ? undefined : parsePublisher(named);
  tellIdleLogin(args, context);
  const nextToken = () => jobToken(args, context, http);
  const token = await nextToken();
  await guardPrivateRepository(token, args.flag('allow-private'), context);
  const publisher = settlePublisher(token, wanted);
  if (token.provider === undefined) await assertUploader(publisher, { context, http, target });
  const policies = { anyOf: [publisher], predicateTypes: [PUBLISH_PREDICATE_TYPE] } as const;
  return { instance, token, nextToken, publisher, policies };
}

// A token that was handed over may be another job's: what it attests no index takes from this one.
async function assertUploader(
  publisher: PublisherText,
  { context, http, target }: Pick<Setting, 'context' | 'http' | 'target'>,
): Promise<void> {
  const audience = await requestAudience({ index: target.index, http, signal: context.host.signal });
  const uploader = settlePublisher(await ambientToken(context, http, audience), undefined);
  const [signer, sender] = [publisher, uploader].map(formatPublisher);
  if (signer === sender) return;
  throw new CliError(
    'ERR_PUBLISHER_MISMATCH',
    `the identity token that was handed over is that of ${signer}, and this job, which uploads, is ${sender}`,
  );
}

function refusePublisher(args: Arguments): undefined {
  if (args.text('publisher') !== undefined)
    throw usageError('--publisher: no attestations are sent, so nobody would hold this release to it');
}

function releasesOf(
  files: readonly ReleaseFile[],
  args: Arguments,
  { settings, places }: { settings: ReleaseSettings; places: Places },
) {
  const { index, attesting, resume, dryRun } = settings;
  const [folder, journal] = [places.journalFolder, args.text('journal')];
  return openReleases(files, { index, publisher: attesting?.publisher, folder, journal, resume, dryRun });
}

async function refuseUnfit(inputs: readonly InputFile[], context: Context): Promise<void> {
  const unfit: string[] = [];
  for (const input of inputs) {
    const { status, findings } = await checkFile(input, context, { strict: false, digest: false });
    for (const { severity, code, message } of findings)
      context.talk.say(`${input.filename}: ${severity}[${code}]: ${message}`);
    if (status !== EXIT.ok) unfit.push(input.filename);
  }
  if (unfit.length > 0) throw new CliError('ERR_CHECK_REFUSED', `the index would refuse ${unfit.join(', ')}`);
  context.talk.say(`checked ${inputs.length} files`);
}
