// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from 'node:timers/promises';
import type { Attestation } from '@colophon/attestation';
import { isAppError } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { IndexError, uploadFile, type PackageIndex } from '@colophon/pypi';
import type { Context } from '../command.ts';
import type { FileProgress } from '../release/release-report.ts';
import type { Password } from './credential.ts';
import { cannotTell, standing } from './index-access.ts';
import { CredentialSource, type UploadCredential } from './upload-credential.ts';

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

interface Sending extends UploadingOptions {
  readonly credentials: CredentialSource;
}

const TRIES = 5;
const FIRST_DELAY_MS = 1000;

/**
 * Uploads files one after the other, wheels first as they come. A file that fails does not stop the others, but where the
 * credential was refused they are not tried with it: too many wrong passwords lock an account.
 */
export async function uploadAll(files: readonly FileProgress[], options: UploadingOptions): Promise<void> {
  const { context, password } = options;
  const sending = { ...options, credentials: new CredentialSource(options, password) };
  const barred = new Set<string>();
  for (const progress of files) {
    context.host.signal.throwIfAborted();
    const { name } = progress.file.dist;
    if (barred.has(name)) continue;
    const credential = await sending.credentials.current().catch((error: unknown) => ({ error }));
    // Without a credential no other file would fare better.
    if ('error' in credential) return progress.fail(credential.error);
    try {
      await uploadOne(progress, credential, sending);
      progress.stage = 'uploaded';
      await options.uploaded?.(progress);
      context.talk.say(`uploaded ${progress.file.filename}`);
    } catch (error) {
      progress.fail(error);
      if (isAppError(error) && error.code === 'ERR_INDEX_FORBIDDEN') barred.add(name);
    }
  }
}

/** Sends a file, once more with another token where the index says that the first has expired meanwhile. */
async function uploadOne(
  progress: FileProgress,
  credential: UploadCredential,
  sending: Sending,
): Promise<void> {
  try {
    await sendUntilKnown(progress, credential, sending);
  } catch (error) {
    if (!isExpiry(error)) throw error;
    const other = await sending.credentials.renewed();
    if (other === undefined) throw error;
    await sendUntilKnown(progress, other, sending);
  }
}

function isExpiry(error: unknown): boolean {
  return (
    error instanceof IndexError &&
    error.code === 'ERR_INDEX_FORBIDDEN' &&
    /\bexpired\b/i.test(String(error.details['words']))
  );
}

// A request whose answer was lost is repeated only once the index has said that it does not have the file.
async function sendUntilKnown(
  progress: FileProgress,
  credential: UploadCredential,
  sending: Sending,
): Promise<void> {
  const { context } = sending;
  const { filename } = progress.file;
  let left = context.options.timeBudgetMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(progress, credential, sending);
    } catch (error) {
      if (attempt > 1 && isThere(error) && (await arrived(progress, sending, error))) return;
      const delay = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      // Where nobody can be asked whether the file arrived, the failure itself is the answer.
      const hopeless = sending.index.simpleUrl === undefined || attempt === TRIES || delay > left;
      if (!mayTryAgain(error) || hopeless) throw error;
      left -= delay;
      context.talk.say(`${filename}: ${error.message}; asking the index before trying again`);
      await wait(delay, undefined, { signal: context.host.signal });
      if (await arrived(progress, sending, error)) return;
    }
  }
}

async function send(
  progress: FileProgress,
  { username, secret }: UploadCredential,
  { context, http, index, attestationsOf }: Sending,
): Promise<void> {
  const { path, fields, digests, filename } = progress.file;
  const upload = { index, http, token: secret, path, fields, digests, signal: context.host.signal };
  const size = { total: digests.size, unit: 'bytes' } as const;
  await context.talk.during(`uploading ${filename}`, size, (phase) =>
    uploadFile({
      ...upload,
      attestations: attestationsOf(progress),
      onSent: (bytes) => phase.advance(bytes),
      ...(username === undefined ? {} : { username }),
    }),
  );
}

function mayTryAgain(error: unknown): error is IndexError {
  return error instanceof IndexError && error.code === 'ERR_INDEX_UNAVAILABLE';
}

// The page may lag behind the upload whose answer was lost: then it is the second try that says what came of the first.
function isThere(error: unknown): error is IndexError {
  return error instanceof IndexError && error.code === 'ERR_FILE_EXISTS';
}

/** Whether the index has the file after all; one whose pages do not tell leaves the failure to be the answer. */
async function arrived(
  { file }: FileProgress,
  { index, http, context }: UploadingOptions,
  failure: IndexError,
): Promise<boolean> {
  if (index.simpleUrl === undefined) throw failure;
  try {
    return (await standing(file, index, { http, signal: context.host.signal })) !== undefined;
  } catch (error) {
    throw cannotTell(error) ? failure : error;
  }
}
