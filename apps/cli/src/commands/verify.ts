// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex } from '@colophon/base';
import { sha256File } from '@colophon/dist';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import {
  BESIDE,
  namedSource,
  readDetachedFlags,
  readOrigin,
  type EvidenceSource,
} from '../evidence/evidence-source.ts';
import { fileFailure, judgeFile, type FileVerdict } from '../verdict/file-verdict.ts';
import { loadTrust, type Trust } from '../trust/instance.ts';
import { readKey } from '../identity/key-file.ts';
import type { Arguments } from '../options/arguments.ts';
import type { InputFile } from '../files/paths.ts';
import { readDemands, type Demands } from '../identity/policy-flags.ts';
import { signedContent, streamContent } from '../verdict/signed-content.ts';
import {
  expandSubjects,
  isDigest,
  parseDigest,
  readOperands,
  type DigestSubject,
  type Subject,
} from '../verdict/subjects.ts';
import { orNothingVerified, reportVerdicts } from '../verdict/verdict-report.ts';

interface Verification {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
  readonly source: EvidenceSource;
}

/** So many that their signatures fill all cores, and few enough for the memory; and of those that a server is asked for. */
const FILES_AT_ONCE = 32;
const FETCHED_AT_ONCE = 4;

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
    const trust = await loadTrust(context);
    const verification = { context, trust, demands };
    if (detached === undefined && origin === undefined)
      return verifyAll(subjects, { ...verification, source: named ?? BESIDE }, FILES_AT_ONCE);
    // Most verdicts need no network, and none of what knows it.
    const [{ withClient }, { detachedSource, fetchedSource }] = await Promise.all([
      import('../client.ts'),
      import('../evidence/fetched-source.ts'),
    ]);
    return withClient(context, async (http) => {
      const { signal } = context.host;
      const source =
        origin === undefined
          ? detachedSource(detached ?? {}, { trust, http, signal })
          : fetchedSource(origin, http, context);
      return verifyAll(subjects, { ...verification, source }, FETCHED_AT_ONCE);
    });
  });
}

async function verifyAll(
  subjects: readonly (Subject | DigestSubject)[],
  verification: Verification,
  atOnce: number,
): Promise<Outcome> {
  const verdicts = await mapLimited(subjects, atOnce, (one) => verifySubject(one, verification));
  verification.context.host.signal.throwIfAborted();
  return reportVerdicts(verdicts, verification);
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

async function verifySubject(
  subject: Subject | DigestSubject,
  verification: Verification,
): Promise<FileVerdict> {
  const { shown } = subject;
  if ('error' in subject) return fileFailure(shown, subject.error);
  try {
    return 'path' in subject
      ? await verifyFile(subject, verification)
      : await verifyDigest(subject, verification);
  } catch (error) {
    return fileFailure(shown, error);
  }
}

async function verifyDigest(subject: DigestSubject, verification: Verification): Promise<FileVerdict> {
  const { shown, sha256Hex, filename, content } = subject;
  const { source, trust, demands } = verification;
  return judgeFile({
    file: shown,
    artifact: {
      sha256Hex,
      sha256: decodeHex(sha256Hex),
      ...content,
      ...(filename === undefined ? {} : { filename }),
    },
    evidence: await source.find(subject),
    trustedRoots: trust.roots,
    demands,
    absence: source.absence(subject),
  });
}

async function verifyFile(file: InputFile, verification: Verification): Promise<FileVerdict> {
  const { context, source, trust, demands } = verification;
  const { signal } = context.host;
  const sha256Hex = await sha256File(file.path, { signal });
  const sought = { ...file, sha256Hex };
  const evidence = await source.find(sought);
  const content = await signedContent(file, sha256Hex, { evidence, demands, signal });
  return judgeFile({
    file: file.shown,
    artifact: { sha256Hex, sha256: decodeHex(sha256Hex), filename: file.filename, ...content },
    evidence,
    trustedRoots: trust.roots,
    demands,
    absence: source.absence(sought),
  });
}
