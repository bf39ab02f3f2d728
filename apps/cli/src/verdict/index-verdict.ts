// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm } from 'node:fs/promises';
import { decodeHex, decodeUtf8 } from '@colophon/base';
import { sha256File, type DistFilename } from '@colophon/dist';
import { IndexError, type ProjectFile } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { readEvidence } from '../evidence/evidence.ts';
import { EXIT } from '../exit-status.ts';
import { fileFailure, judgeFile, type FileVerdict } from './file-verdict.ts';
import type { IndexReader, ServedEvidence } from '../publishing/index-reader.ts';
import { readWhole } from '../files/input-file.ts';
import type { Trust } from '../trust/instance.ts';
import { writeWhole } from '../files/output-file.ts';
import type { Demands } from '../identity/policy-flags.ts';

/** A distribution to verify: on an index, or on this machine. */
export interface IndexTarget {
  readonly shown: string;
  readonly dist: DistFilename;
  /** Where it is on this machine. */
  readonly path?: string;
  /** What the index lists of it, where that was asked already. */
  readonly listed?: ProjectFile;
}

export interface IndexVerification {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
  /** Absent when everything is at hand; then no socket is opened. */
  readonly index?: IndexReader;
  /** The path of a provenance object to use instead of the index's. */
  readonly provenance: string | undefined;
  /** The folder for what verified. */
  readonly download: string | undefined;
}

/**
 * Verifies one distribution by the digest that the index lists (or that the local file has, which must be the same) and
 * by its provenance, and fetches it where that is wanted.
 * @throws IndexError, HttpError, CliError, DistError when it comes to no judgement
 */
export async function verifyListed(
  target: IndexTarget,
  verification: IndexVerification,
): Promise<FileVerdict> {
  const { shown, dist } = target;
  const { index, trust, demands, download } = verification;
  const listed = target.listed ?? (await index?.file({ dist }));
  const sha256Hex = await settleDigest(target, listed, verification);
  const served = await findProvenance(listed, verification);
  const verdict = await judgeFile({
    file: shown,
    artifact: { filename: dist.filename, sha256Hex, sha256: decodeHex(sha256Hex) },
    evidence: served === undefined ? [] : [served.evidence],
    trustedRoots: trust.roots,
    demands,
    absence: new CliError('ERR_NO_PROVENANCE', `${shown}: ${index?.name} has no provenance for it`),
  });
  const notes = [
    ...verdict.notes,
    ...listingNotes(dist.filename, listed),
    ...(await projectNotes(dist.name, index)),
  ];
  const judged = { ...verdict, notes };
  if (download === undefined || listed === undefined || judged.status !== EXIT.ok) return judged;
  return { ...judged, ...(await saveFile(judged, listed, served, verification)) };
}

async function settleDigest(
  { path, shown }: IndexTarget,
  listed: ProjectFile | undefined,
  { index, context }: IndexVerification,
): Promise<string> {
  const own = path === undefined ? undefined : await sha256File(path, { signal: context.host.signal });
  const digest = own ?? listed?.sha256;
  if (digest === undefined)
    throw new IndexError('ERR_FILE_DIGEST', `${shown}: ${index?.name} lists no SHA-256 digest of it`);
  if (listed?.sha256 !== undefined && listed.sha256 !== digest)
    throw new IndexError(
      'ERR_FILE_DIGEST',
      `${shown} is not the file that ${index?.name} lists: it has sha256 ${digest}, not ${listed.sha256}`,
    );
  return digest;
}

async function findProvenance(
  listed: ProjectFile | undefined,
  { index, provenance }: IndexVerification,
): Promise<ServedEvidence | undefined> {
  if (provenance !== undefined) {
    const evidence = await readEvidence(provenance, 'provenance');
    return { evidence, bytes: 'error' in evidence ? undefined : await readWhole(provenance) };
  }
  return listed === undefined ? undefined : index?.provenance(listed);
}

function listingNotes(filename: string, listed: ProjectFile | undefined): string[] {
  if (listed?.yanked !== true) return [];
  return [`${filename} is yanked${listed.yankedReason ? `: ${listed.yankedReason}` : ''}`];
}

// PEP 792: a project that its index put into quarantine is one not to install from.
async function projectNotes(name: string, index: IndexReader | undefined): Promise<string[]> {
  if (index === undefined) return [];
  const { status, statusReason } = await index.project(name);
  return status === 'active' ? [] : [`${name} is ${status}${statusReason ? `: ${statusReason}` : ''}`];
}

async function saveFile(
  verdict: FileVerdict,
  listed: ProjectFile,
  served: ServedEvidence | undefined,
  { index, download = '' }: IndexVerification,
): Promise<Partial<FileVerdict>> {
  try {
    await makeFolder(download);
    const path = (await index?.download(listed, download)) ?? '';
    if (served?.bytes !== undefined) await saveProvenance(path, served.bytes);
    return { saved: path };
  } catch (error) {
    return { ...fileFailure(verdict.file, error, verdict.sha256), notes: verdict.notes };
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new IndexError('ERR_FILE_WRITE', `${folder} cannot be made`, { cause });
  });
}

// A file without its provenance could not be verified again where it is carried to.
async function saveProvenance(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeWhole(`${path}.provenance`, decodeUtf8(bytes));
  } catch (cause) {
    await rm(path, { force: true });
    throw new IndexError('ERR_FILE_WRITE', `${path}.provenance cannot be stored`, { cause });
  }
}
