// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from '@colophon/base';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { namedSource, readDetachedFlags, readOrigin } from '../evidence/evidence-source.ts';
import { fileFailure } from '../verdict/file-verdict.ts';
import { loadTrust } from '../trust/instance.ts';
import { readKey } from '../identity/key-file.ts';
import type { Arguments } from '../options/arguments.ts';
import { readDemands, type Demands } from '../identity/policy-flags.ts';
import { streamContent } from '../verdict/signed-content.ts';
import { judgeSubjects } from '../verdict/subject-verdict.ts';
import {
  expandSubjects,
  isDigest,
  parseDigest,
  readOperands,
  type DigestSubject,
  type Subject,
} from '../verdict/subjects.ts';
import { orNothingVerified, reportVerdicts, VerdictReport } from '../verdict/verdict-report.ts';

/** `verify`: judges files by the evidence beside them, or that was named, or that is fetched with --from. */
export async function runVerify(args: Arguments, context: Context): Promise<Outcome> {
  return orNothingVerified(context, async () => {
    const demands = readDemands(args, { key: await readKey(args, context.host) });
    const operands = await readOperands(args, context.host, 'a file to verify, or its sha256: digest');
    const named = namedSource(args, context);
    const detached = readDetachedFlags(args, context);
    const origin = readOrigin(args, context);
    if ([named, detached, origin].filter((one) => one !== undefined).length > 1)
      throw usageError(
        'evidence that is named, --signature with --certificate, and --from exclude each other',
      );
    const subjects = await readSubjects(operands, { args, context, demands });
    // A bundle may be about many files; the other forms are about one.
    const forOne = ['attestation', 'provenance', 'signature', 'certificate'].some((name) => args.has(name));
    if (forOne && subjects.length > 1)
      throw usageError(
        'evidence is named for one file, and several files were named: only --bundle serves many',
      );
    // Paths are judged first: a word that is misspelt must not end in a question of trust, or of a network.
    const unread = subjects.flatMap((one) => ('error' in one ? [fileFailure(one.shown, one.error)] : []));
    if (unread.length === subjects.length)
      return reportVerdicts(unread, { context, trust: undefined, demands });
    const setting = { context, trust: await loadTrust(context), demands };
    const report = new VerdictReport(setting);
    for await (const verdict of judgeSubjects(subjects, { named, detached, origin }, setting))
      report.tell(verdict);
    return report.conclude();
  });
}

async function readSubjects(
  operands: readonly string[],
  { args, context, demands }: { args: Arguments; context: Context; demands: Demands },
): Promise<(Subject | DigestSubject)[]> {
  const filename = args.text('filename');
  const paths = operands.filter((operand) => !isDigest(operand) && operand !== '-');
  if (filename !== undefined && (operands.length !== 1 || paths.length > 0))
    throw usageError('--filename goes with one sha256: digest or standard input, and nothing else');
  if (operands.includes('-') && operands.length > 1)
    throw usageError('standard input (-) is verified by itself');
  if (operands.includes('-') && args.text('files-from') === '-')
    throw usageError('standard input is the file or the list, not both');
  const name = filename === undefined ? {} : { filename };
  const digests = operands.filter(isDigest).map((operand) => ({ ...parseDigest(operand), ...name }));
  const streams = operands.includes('-') ? [{ ...(await readStandardInput(demands)), ...name }] : [];
  return [...streams, ...digests, ...(paths.length === 0 ? [] : await expandSubjects(paths, context.host))];
}

async function readStandardInput(demands: Demands): Promise<DigestSubject> {
  const { sha256, content } = await streamContent(process.stdin, demands);
  return { shown: '-', sha256Hex: encodeHex(sha256), content };
}
