// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeHex, encodeHex, sha256 } from '@colophon/base';
import { digestFile } from '@colophon/dist';
import { CliError, usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { findEvidence, readEvidence, type EvidenceFile, type EvidenceKind } from '../evidence.ts';
import { fileFailure, judgeFile, type FileVerdict } from '../file-verdict.ts';
import { loadTrust, type Trust } from '../instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { isEvidenceName, type InputFile } from '../paths.ts';
import { readDemands, type Demands } from '../policy-flags.ts';
import { expandSubjects, readOperands, type Subject } from '../subjects.ts';
import { orNothingVerified, reportVerdicts } from '../verdict-report.ts';

/** An artifact of which only the digest is known. */
interface DigestSubject {
  readonly shown: string;
  readonly sha256Hex: string;
  readonly filename: string | undefined;
}

interface Verification {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
  /** Paths of the evidence that was named; undefined when it lies beside the files. */
  readonly named: readonly [path: string, kind: EvidenceKind][] | undefined;
}

const FILES_AT_ONCE = 4;
const DIGEST = /^sha256:/i;

/** `verify`: judges files by the evidence beside them, or that was named. Opens no socket. */
export async function runVerify(args: Arguments, context: Context): Promise<Outcome> {
  return orNothingVerified(context, async () => {
    const demands = readDemands(args);
    const operands = await readOperands(args, context.host, 'a file to verify, or its sha256: digest');
    const subjects = await readSubjects(operands, args, context);
    const named = namedEvidence(args, context);
    if (named !== undefined && subjects.length > 1)
      throw usageError('--bundle, --attestation and --provenance are about one file, and several were named');
    const trust = await loadTrust(context);
    const verification = { context, trust, demands, named };
    const verdicts = await mapLimited(subjects, FILES_AT_ONCE, (one) => verifySubject(one, verification));
    return reportVerdicts(verdicts, verification);
  });
}

async function readSubjects(
  operands: readonly string[],
  args: Arguments,
  { host }: Context,
): Promise<(Subject | DigestSubject)[]> {
  const filename = args.text('filename');
  const digests = operands.filter(isDigest).map((operand) => parseDigest(operand, filename));
  if (filename !== undefined && (digests.length !== 1 || operands.length !== 1))
    throw usageError('--filename goes with one sha256: digest, and nothing else');
  const paths = operands.filter((operand) => !isDigest(operand));
  return [...digests, ...(paths.length === 0 ? [] : await expandSubjects(paths, host))];
}

function isDigest(operand: string): boolean {
  return DIGEST.test(operand) && !isEvidenceName(operand);
}

function parseDigest(operand: string, filename: string | undefined): DigestSubject {
  const sha256Hex = operand.slice('sha256:'.length).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256Hex))
    throw usageError(`${operand}: expected sha256: and 64 hexadecimal digits`);
  return { shown: operand, sha256Hex, filename };
}

function namedEvidence(args: Arguments, { host }: Context): [string, EvidenceKind][] | undefined {
  const provenance = args.text('provenance');
  const bundle = args.text('bundle');
  const named: [string, EvidenceKind][] = [
    ...args.texts('attestation').map((path): [string, EvidenceKind] => [path, 'attestation']),
    ...(bundle === undefined ? [] : [[bundle, 'bundle'] satisfies [string, EvidenceKind]]),
    ...(provenance === undefined ? [] : [[provenance, 'provenance'] satisfies [string, EvidenceKind]]),
  ];
  return named.length === 0
    ? undefined
    : named.map(([path, kind]) => [resolve(host.workingDirectory, path), kind]);
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
  const { shown, sha256Hex, filename } = subject;
  return judgeFile({
    file: shown,
    artifact: { sha256Hex, sha256: decodeHex(sha256Hex), ...(filename === undefined ? {} : { filename }) },
    evidence: await readAll(verification.named ?? []),
    trustedRoots: verification.trust.roots,
    demands: verification.demands,
    absence: noEvidence(shown, 'was given with --bundle, --attestation or --provenance'),
  });
}

async function verifyFile(file: InputFile, verification: Verification): Promise<FileVerdict> {
  const { context, named, trust, demands } = verification;
  const { sha256: sha256Hex } = await digestFile(file.path, { signal: context.host.signal });
  const evidence =
    named === undefined
      ? await Promise.all((await findEvidence(file.path, sha256Hex)).map((path) => readEvidence(path)))
      : await readAll(named);
  const bytes = evidence.some(needsBytes) ? await readSigned(file, sha256Hex) : undefined;
  return judgeFile({
    file: file.shown,
    artifact: {
      sha256Hex,
      sha256: decodeHex(sha256Hex),
      filename: file.filename,
      ...(bytes === undefined ? {} : { bytes }),
    },
    evidence,
    trustedRoots: trust.roots,
    demands,
    absence: noEvidence(file.shown, 'lies beside it'),
  });
}

function noEvidence(shown: string, what: string): CliError {
  return new CliError('ERR_NO_EVIDENCE', `${shown}: no evidence ${what}`);
}

function readAll(named: readonly [path: string, kind: EvidenceKind][]): Promise<EvidenceFile[]> {
  return Promise.all(named.map(([path, kind]) => readEvidence(path, kind)));
}

function needsBytes(file: EvidenceFile): boolean {
  if ('error' in file) return false;
  return file.evidence.some((one) => one.kind === 'bundle' && one.bundle.content.kind === 'message');
}

async function readSigned({ path, shown }: InputFile, sha256Hex: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CliError('ERR_READ_FILE', `${shown} cannot be read into memory`, { cause });
  });
  if (encodeHex(sha256(bytes)) === sha256Hex) return bytes;
  throw new CliError('ERR_READ_FILE', `${shown} changed while it was read`);
}
