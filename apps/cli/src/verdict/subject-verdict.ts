// SPDX-License-Identifier: Apache-2.0
import { decodeHex } from '@colophon/base';
import { sha256File } from '@colophon/dist';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import type { DetachedFiles } from '../evidence/detached-evidence.ts';
import { BESIDE, type EvidenceSource, type Origin } from '../evidence/evidence-source.ts';
import { exists } from '../files/output-file.ts';
import type { InputFile } from '../files/paths.ts';
import type { Demands } from '../identity/policy-flags.ts';
import type { Trust } from '../trust/instance.ts';
import { fileFailure, judgeFile, type FileVerdict } from './file-verdict.ts';
import { signedContent } from './signed-content.ts';
import type { DigestSubject, Subject } from './subjects.ts';

/** What all files of a run are judged by. */
export interface Setting {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
}

interface Judging extends Setting {
  readonly source: EvidenceSource;
}

/** Where the evidence is; beside each file where none of these says. At most one does. */
export interface EvidencePlace {
  readonly named: EvidenceSource | undefined;
  readonly detached: Partial<DetachedFiles> | undefined;
  readonly origin: Origin | undefined;
}

type AnySubject = Subject | DigestSubject;

/** So many that their signatures fill all cores, and few enough for the memory; and of those that a server is asked for. */
const FILES_AT_ONCE = 32;
const FETCHED_AT_ONCE = 4;

/** Judges files, and digests, in their order. What cannot be read is a verdict too. */
export async function judgeSubjects(
  subjects: readonly AnySubject[],
  { named, detached, origin }: EvidencePlace,
  setting: Setting,
): Promise<FileVerdict[]> {
  const verdicts = await (detached === undefined && origin === undefined
    ? judgeHere(subjects, named, setting)
    : judgeFromAfar(subjects, { detached, origin }, setting));
  setting.context.host.signal.throwIfAborted();
  return verdicts;
}

function judgeHere(
  subjects: readonly AnySubject[],
  named: EvidenceSource | undefined,
  setting: Setting,
): Promise<FileVerdict[]> {
  return named === undefined
    ? judgeByNeighbours(subjects, setting)
    : judgeAll(subjects, { ...setting, source: named }, FILES_AT_ONCE);
}

/** By what lies beside each file; where that is nothing but a signature with its certificate, the log is asked for the rest. */
async function judgeByNeighbours(subjects: readonly AnySubject[], setting: Setting): Promise<FileVerdict[]> {
  const verdicts = await judgeAll(subjects, { ...setting, source: BESIDE }, FILES_AT_ONCE);
  const bare = await bareSignatures(subjects, verdicts);
  if (bare.length === 0) return verdicts;
  const judged = setting.context.options.offline
    ? bare.map(({ shown }) => fileFailure(shown, unaskedLog(shown)))
    : await judgeFromAfar(bare, { detached: {}, origin: undefined }, setting);
  const byPath = new Map(bare.map(({ path }, index) => [path, judged[index]]));
  return verdicts.map((verdict, index) => {
    const subject = subjects[index];
    return (subject !== undefined && 'path' in subject ? byPath.get(subject.path) : undefined) ?? verdict;
  });
}

async function bareSignatures(
  subjects: readonly AnySubject[],
  verdicts: readonly FileVerdict[],
): Promise<InputFile[]> {
  const bare: InputFile[] = [];
  for (const [index, subject] of subjects.entries()) {
    const { error, notCounted } = verdicts[index] ?? {};
    const hasNone = error instanceof CliError && error.code === 'ERR_NO_EVIDENCE' && notCounted?.length === 0;
    if (
      hasNone &&
      'path' in subject &&
      (await exists(`${subject.path}.sig`)) &&
      (await exists(`${subject.path}.crt`))
    )
      bare.push(subject);
  }
  return bare;
}

function unaskedLog(shown: string): CliError {
  const text = `${shown}: nothing but a detached signature lies beside it, and --offline no log is asked for its entry`;
  return new CliError('ERR_NO_EVIDENCE', text);
}

// Most verdicts need no network, and none of what knows it.
async function judgeFromAfar(
  subjects: readonly AnySubject[],
  { detached, origin }: Omit<EvidencePlace, 'named'>,
  setting: Setting,
): Promise<FileVerdict[]> {
  const { context, trust } = setting;
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
    return judgeAll(subjects, { ...setting, source }, FETCHED_AT_ONCE);
  });
}

function judgeAll(subjects: readonly AnySubject[], judging: Judging, atOnce: number): Promise<FileVerdict[]> {
  return mapLimited(subjects, atOnce, (one) => verifySubject(one, judging));
}

async function verifySubject(subject: Subject | DigestSubject, judging: Judging): Promise<FileVerdict> {
  const { shown } = subject;
  if ('error' in subject) return fileFailure(shown, subject.error);
  try {
    return 'path' in subject ? await verifyFile(subject, judging) : await verifyDigest(subject, judging);
  } catch (error) {
    return fileFailure(shown, error);
  }
}

async function verifyDigest(subject: DigestSubject, judging: Judging): Promise<FileVerdict> {
  const { shown, sha256Hex, filename, content } = subject;
  const { source, trust, demands } = judging;
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

async function verifyFile(file: InputFile, judging: Judging): Promise<FileVerdict> {
  const { context, source, trust, demands } = judging;
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
