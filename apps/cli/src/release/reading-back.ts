// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeHex } from '@colophon/base';
import { sha256File } from '@colophon/dist';
import type { HttpClient } from '@colophon/http';
import { downloadFile, fetchProvenance, type PackageIndex, type ProjectFile } from '@colophon/pypi';
import type { TrustedRoot } from '@colophon/trust';
import { evidenceFromProvenance, judge, VerificationError, type Policies } from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { standing } from '../publishing/index-access.ts';
import type { ReleaseFile } from './release-file.ts';
import type { FileProgress } from './release-report.ts';

export interface ReadingOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
  readonly roots: readonly TrustedRoot[];
  readonly policies: Policies;
  /** Where the files that were read back are kept; otherwise they are removed. */
  readonly keepIn: string | undefined;
}

/** An index may show a file some seconds after it took it. */
const LOOKS = 6;
const LOOK_EVERY_MS = 2_000;

/** Reads files back from the index: each must be the same bytes, with an attestation there that verifies. */
export async function readBackAll(files: readonly FileProgress[], options: ReadingOptions): Promise<void> {
  const scratch = options.keepIn ?? (await mkdtemp(join(tmpdir(), 'colophon-read-back-')));
  try {
    for (const progress of files) {
      try {
        await readBack(progress.file, scratch, options);
        progress.stage = 'verified';
        options.context.talk.say(`read back ${progress.file.filename}: the same bytes, attestation verified`);
      } catch (error) {
        progress.fail(error);
      }
    }
  } finally {
    if (options.keepIn === undefined) await rm(scratch, { recursive: true, force: true });
  }
}

async function readBack(file: ReleaseFile, folder: string, options: ReadingOptions): Promise<void> {
  const listed = await visible(file, options);
  await verifyListed(file, listed, options);
  const { http, context } = options;
  const path = await downloadFile({ file: listed, directory: folder, http, signal: context.host.signal });
  const sha256 = await sha256File(path);
  if (sha256 !== file.digests.sha256)
    throw new CliError(
      'ERR_READ_BACK',
      `the index serves other bytes for ${file.filename} than were uploaded`,
    );
}

async function visible(file: ReleaseFile, { index, http, context }: ReadingOptions): Promise<ProjectFile> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const listed = await standing(file, index, http);
    if (listed !== undefined) return listed;
    if (look < LOOKS) await wait(LOOK_EVERY_MS, undefined, { signal: context.host.signal });
  }
  throw new CliError('ERR_NOT_VISIBLE', `${index.name} took ${file.filename} but does not list it yet`);
}

/**
 * Verifies what the index serves as the provenance of a file that it lists.
 * @throws CliError ERR_NO_EVIDENCE when it serves none by this publisher; VerificationError when what it serves is wrong
 */
export async function verifyListed(
  file: ReleaseFile,
  listed: ProjectFile,
  { http, context, roots, policies, index }: Omit<ReadingOptions, 'keepIn'>,
): Promise<void> {
  const url = listed.provenanceUrl;
  const served =
    url === undefined ? undefined : await fetchProvenance({ url, http, signal: context.host.signal });
  const evidence = served === undefined ? [] : evidenceFromProvenance(served.provenance, file.filename);
  const artifact = { filename: file.filename, sha256: decodeHex(file.digests.sha256) };
  const verdict = judge({ evidence, artifact, trustedRoots: roots, policies });
  if (verdict.status === 'verified') return;
  if (verdict.status === 'unsigned')
    throw new CliError(
      'ERR_NO_EVIDENCE',
      `${index.name} has ${file.filename} without an attestation by this publisher`,
    );
  throw new VerificationError(verdict.code, `${file.filename}: ${verdict.message}`);
}
