// SPDX-License-Identifier: Apache-2.0
import type { Attestation } from '@colophon/attestation';
import type { HttpClient } from '@colophon/http';
import { IndexError, uploadFile, type PackageIndex, type UploadToken } from '@colophon/pypi';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from './command.ts';
import { standing, uploadToken } from './index-access.ts';
import type { FileProgress } from './release-report.ts';

export interface UploadingOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
  readonly attestationsOf: (file: FileProgress) => readonly Attestation[];
}

/** How long before its end a token is no longer used for another file. */
const TOKEN_MARGIN_MS = 120_000;
const TRIES = 4;

/** Uploads files one after the other, wheels first as they come; a file that fails does not stop the others. */
export async function uploadAll(files: readonly FileProgress[], options: UploadingOptions): Promise<void> {
  const { context, http, index } = options;
  let token: UploadToken | undefined;
  for (const progress of files) {
    context.host.signal.throwIfAborted();
    const deadline = context.host.now().getTime() + TOKEN_MARGIN_MS;
    if (token === undefined || token.expires.getTime() < deadline)
      token = await uploadToken(index, context, http);
    try {
      await uploadOne(progress, token, options);
      progress.stage = 'uploaded';
      context.talk.say(`uploaded ${progress.file.filename}`);
    } catch (error) {
      progress.fail(error);
    }
  }
}

// A request whose answer was lost is repeated only once the index has said that it does not have the file.
async function uploadOne(
  progress: FileProgress,
  token: UploadToken,
  options: UploadingOptions,
): Promise<void> {
  const { context, http, index, attestationsOf } = options;
  const { file } = progress;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { path, fields, digests } = file;
      const attestations = attestationsOf(progress);
      const { signal } = context.host;
      await uploadFile({ index, http, token: token.secret, path, fields, digests, attestations, signal });
      return;
    } catch (error) {
      if (!mayTryAgain(error) || attempt === TRIES) throw error;
      context.talk.say(`${file.filename}: ${error.message}; asking the index before trying again`);
      await wait(attempt * 1000, undefined, { signal: context.host.signal });
      if ((await standing(file, index, http)) !== undefined) return;
    }
  }
}

function mayTryAgain(error: unknown): error is IndexError {
  return error instanceof IndexError && error.code === 'ERR_INDEX_UNAVAILABLE';
}
