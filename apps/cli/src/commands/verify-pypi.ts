// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { PUBLISH_PREDICATE_TYPE } from '@colophon/attestation';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { fileFailure, type FileVerdict } from '../verdict/file-verdict.ts';
import {
  planLocal,
  planOthers,
  planServed,
  readSpecs,
  type SpecList,
  type Unplanned,
} from '../publishing/index-plan.ts';
import { verifyListed, type IndexTarget, type IndexVerification } from '../verdict/index-verdict.ts';
import { loadTrust, refuseForeignIndex } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { readDemands } from '../identity/policy-flags.ts';
import { readOperands } from '../verdict/subjects.ts';
import { orNothingVerified, reportVerdicts } from '../verdict/verdict-report.ts';

const FILES_AT_ONCE = 8;

/** `verify pypi`: judges files by the digests and the provenance that an index serves. */
export async function runVerifyPypi(args: Arguments, context: Context): Promise<Outcome> {
  return orNothingVerified(context, async () => {
    const { host } = context;
    const demands = readDemands(args, { predicateTypes: [PUBLISH_PREDICATE_TYPE] });
    const specs = readSpecs(
      await readOperands(args, host, 'NAME==VERSION, pypi:FILENAME, a URL or a local file'),
    );
    const [provenance, download] = [args.text('provenance'), args.text('download')].map((path) =>
      path === undefined ? undefined : resolve(host.workingDirectory, path),
    );
    const asksIndex = provenance === undefined || specs.served.length > 0;
    assertOptions(specs, { args, context, asksIndex });
    const local = [...specs.unplanned, ...(await planLocal(specs.local, host))];
    // Paths are judged first: a word that is misspelt must not end in a question of trust, or of a network.
    const unread = local.flatMap((one) => ('error' in one ? [fileFailure(one.shown, one.error)] : []));
    if (specs.served.length === 0 && unread.length === local.length)
      return reportVerdicts(unread, { context, trust: undefined, demands });
    const trust = await loadTrust(context);
    const verification = { context, trust, demands, provenance, download };
    if (!asksIndex) return verifyAll(local, verification);
    const [{ withClient }, { IndexReader }] = await Promise.all([
      import('../client.ts'),
      import('../publishing/index-reader.ts'),
    ]);
    return withClient(context, async (http) => {
      const index = new IndexReader(args.text('index') ?? 'pypi', http, host.signal);
      const served = await planServed(specs.served, index);
      const others = await planOthers(specs.served, index);
      return verifyAll([...served, ...others, ...local], { ...verification, index });
    });
  });
}

function assertOptions(
  { local }: SpecList,
  { args, context, asksIndex }: { args: Arguments; context: Context; asksIndex: boolean },
): void {
  if (!asksIndex && args.text('index') !== undefined)
    throw usageError('--index: for a local file with --provenance no index is asked');
  if (asksIndex) refuseForeignIndex(args.text('index') ?? 'pypi', context.options);
  if (asksIndex && context.options.offline)
    throw usageError('--offline: the index is needed, unless a local file comes with --provenance');
  if (args.text('download') !== undefined && local.length > 0)
    throw usageError('--download: a local file is there already');
}

async function verifyAll(
  planned: readonly (IndexTarget | Unplanned)[],
  verification: IndexVerification,
): Promise<Outcome> {
  const { context, index, provenance } = verification;
  if (provenance !== undefined && planned.length !== 1)
    throw usageError(`--provenance is about one file, and ${planned.length} were named`);
  const verdicts = await mapLimited(planned, FILES_AT_ONCE, (one) => verifyOne(one, verification));
  context.host.signal.throwIfAborted();
  return reportVerdicts(verdicts, verification, index === undefined ? {} : { index: index.simpleUrl });
}

async function verifyOne(
  planned: IndexTarget | Unplanned,
  verification: IndexVerification,
): Promise<FileVerdict> {
  const { shown } = planned;
  if ('error' in planned) return fileFailure(shown, planned.error);
  try {
    return await verifyListed(planned, verification);
  } catch (error) {
    return fileFailure(shown, error);
  }
}
