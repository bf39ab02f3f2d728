// SPDX-License-Identifier: Apache-2.0
import { decodeHex } from '@colophon/base';
import { sha256File } from '@colophon/dist';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { mapInOrder } from '../concurrency.ts';
import type { DetachedFiles } from '../evidence/detached-evidence.ts';
import {
  besideSource,
  type EvidenceSource,
  type Origin,
  type SoughtArtifact,
} from '../evidence/evidence-source.ts';
import { FetchedEvidence } from '../evidence/fetched-evidence.ts';
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

/** So many that their signatures fill all cores, and few enough for the memory. */
const FILES_AT_ONCE = 32;

/** Judges files, and digests, and gives the verdicts in their order. What cannot be read is a verdict too. */
export async function* judgeSubjects(
  subjects: readonly AnySubject[],
  { named, detached, origin }: EvidencePlace,
  setting: Setting,
): AsyncGenerator<FileVerdict, void, undefined> {
  const { signal } = setting.context.host;
  const fetching = new FetchedEvidence({ detached: detached ?? {}, origin }, setting);
  const isFetched = detached !== undefined || origin !== undefined;
  const source = isFetched ? fetching : (named ?? besideSource((bare) => askLog(bare, fetching, setting)));
  try {
    if (isFetched) await fetching.open();
    yield* mapInOrder(subjects, FILES_AT_ONCE, (one) => verifySubject(one, { ...setting, source }));
  } finally {
    await fetching.close();
  }
  signal.throwIfAborted();
}

function askLog(
  artifact: SoughtArtifact,
  fetching: EvidenceSource,
  { context }: Setting,
): ReturnType<EvidenceSource['find']> {
  if (!context.options.offline) return fetching.find(artifact);
  const text = `${artifact.shown}: nothing but a detached signature lies beside it, and --offline no log is asked for its entry`;
  throw new CliError('ERR_NO_EVIDENCE', text);
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
