// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import { CliError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { checkFile } from '../commands/check.ts';
import { EXIT } from '../exit-status.ts';
import { refusePrivateRepository, signingToken } from '../identity/identity.ts';
import { readSide } from '../publishing/index-access.ts';
import { readUploadTarget, settleUpload } from '../publishing/upload-target.ts';
import { loadInstance } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { expandDists, type InputFile } from '../files/paths.ts';
import { parsePublisher } from '../identity/publisher-text.ts';
import { loadReleaseFiles, refuseSeveralVersions } from './release-file.ts';
import { runReleasePipeline } from './release-run.ts';

/** What is released, and where its evidence and what was read back go. */
export interface Places {
  readonly operands: readonly string[];
  readonly outputDirectory: string | undefined;
  readonly keepIn: string | undefined;
}

/** The release itself, on the index and the instance that `args` and `context` name. */
export async function releaseDists(args: Arguments, context: Context, places: Places): Promise<Outcome> {
  const { host } = context;
  const named = args.text('publisher');
  const publisher = named === undefined ? undefined : parsePublisher(named);
  const target = await readUploadTarget(args, context);
  const { index } = target;
  readSide(index);
  const instance = await loadInstance(context);
  const inputs = await expandDists(places.operands, host);
  await refuseUnfit(inputs, context);
  const files = await loadReleaseFiles(inputs, host.signal);
  refuseSeveralVersions(files);
  const work = async (http: HttpClient): Promise<Outcome> => {
    await settleUpload(target, 'release', { args, context, http });
    const nextToken = () => signingToken(args, context, http);
    const token = await nextToken();
    refusePrivateRepository(token, args.flag('allow-private'));
    const overwrite = args.flag('overwrite');
    const { outputDirectory, keepIn } = places;
    const parts = { context, http, instance, index, token, nextToken, publisher };
    return runReleasePipeline(files, { ...parts, outputDirectory, keepIn, overwrite });
  };
  return withClient(context, work, target.tls);
}

async function refuseUnfit(inputs: readonly InputFile[], context: Context): Promise<void> {
  const unfit: string[] = [];
  for (const input of inputs) {
    const { status, findings } = await checkFile(input, context, false);
    for (const { severity, code, message } of findings)
      context.talk.say(`${input.filename}: ${severity}[${code}]: ${message}`);
    if (status !== EXIT.ok) unfit.push(input.filename);
  }
  if (unfit.length > 0) throw new CliError('ERR_CHECK_REFUSED', `the index would refuse ${unfit.join(', ')}`);
  context.talk.say(`checked ${inputs.length} files`);
}
