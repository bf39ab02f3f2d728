// SPDX-License-Identifier: Apache-2.0
import type { Attestation } from '@colophon/attestation';
import type { HttpClient } from '@colophon/http';
import { IndexError, uploadFile, type PackageIndex, type UploadToken } from '@colophon/pypi';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../command.ts';
import type { Password } from './credential.ts';
import { cannotTell, standing, uploadToken } from './index-access.ts';
import type { FileProgress } from '../release/release-report.ts';

export interface UploadingOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
  /** What to upload with; without one tokens are minted for this job's identity. */
  readonly password?: Password | undefined;
  readonly attestationsOf: (file: FileProgress) => readonly Attestation[];
  /** Hears of each file that the index took, and is waited for. */
  readonly uploaded?: (file: FileProgress) => Promise<void>;
}

/** How long before its end a token is no longer used for another file. */
const TOKEN_MARGIN_MS = 120_000;
const TRIES = 4;

/** What goes with a request; a password has no end that is known here. */
interface UploadCredential {
  readonly username?: string;
  readonly secret: UploadToken['secret'];
  readonly expires?: Date;
}

/** Uploads files one after the other, wheels first as they come; a file that fails does not stop the others. */
export async function uploadAll(files: readonly FileProgress[], options: UploadingOptions): Promise<void> {
  const { context, http, index, password } = options;
  let credential: UploadCredential | undefined = password;
  for (const progress of files) {
    context.host.signal.throwIfAborted();
    const deadline = context.host.now().getTime() + TOKEN_MARGIN_MS;
    if (credential === undefined || (credential.expires?.getTime() ?? Infinity) < deadline)
      credential = await uploadToken(index, context, http);
    try {
      await uploadOne(progress, credential, options);
      progress.stage = 'uploaded';
      await options.uploaded?.(progress);
      context.talk.say(`uploaded ${progress.file.filename}`);
    } catch (error) {
      progress.fail(error);
    }
  }
}

// A request whose answer was lost is repeated only once the index has said that it does not have the file.
async function uploadOne(
  progress: FileProgress,
  { username, secret }: UploadCredential,
  options: UploadingOptions,
): Promise<void> {
  const { context, http, index, attestationsOf } = options;
  const { path, fields, digests, filename } = progress.file;
  const { signal } = context.host;
  const attestations = attestationsOf(progress);
  const upload = { index, http, token: secret, path, fields, digests, attestations, signal };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await uploadFile(username === undefined ? upload : { ...upload, username });
      return;
    } catch (error) {
      if (!mayTryAgain(error) || attempt === TRIES) throw error;
      context.talk.say(`${filename}: ${error.message}; asking the index before trying again`);
      await wait(attempt * 1000, undefined, { signal });
      if (await arrived(progress, options, error)) return;
    }
  }
}

function mayTryAgain(error: unknown): error is IndexError {
  return error instanceof IndexError && error.code === 'ERR_INDEX_UNAVAILABLE';
}

// Where nobody can be asked whether the file arrived, the failure itself is the answer.
async function arrived(
  { file }: FileProgress,
  { index, http }: UploadingOptions,
  failure: IndexError,
): Promise<boolean> {
  if (index.simpleUrl === undefined) throw failure;
  try {
    return (await standing(file, index, http)) !== undefined;
  } catch (error) {
    throw cannotTell(error) ? failure : error;
  }
}
