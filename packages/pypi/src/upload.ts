// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeBase64, encodeUtf8, type Secret } from '@colophon/base';
import { blake2b256File, type FileDigests } from '@colophon/dist';
import { type BodySource, type HttpClient, HttpError } from '@colophon/http';
import { IndexError } from './index-error.ts';
import { askIndex } from './index-request.ts';
import type { PackageIndex } from './package-index.ts';
import { type EncodedForm, encodeUploadForm, type UploadForm } from './upload-form.ts';
import { processUpload } from './upload-answer.ts';

export interface UploadOptions extends Omit<UploadForm, 'filename' | 'digests'> {
  readonly index: PackageIndex;
  readonly http: HttpClient;
  /** Default `__token__`, to which API tokens and minted ones belong. Holds no colon and no control character. */
  readonly username?: string;
  /** An API token, a minted one, or the user's password. */
  readonly token: Secret;
  /** The file. Its own name is the one that the index gets. */
  readonly path: string;
  /** What `digestFile` found at `path`. */
  readonly digests: FileDigests;
  /** Hears how many more bytes of the file are on their way. A request that is made again begins anew. */
  readonly onSent?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

const CHUNK_BYTES = 512 * 1024;
/** PyPI's workers may take 240 seconds over a file before they answer. */
const SILENCE_MS = 300_000;
/** The slowest line on which an upload still counts as alive, in bytes a millisecond. */
const SLOWEST = 16;
const SERVER_ERRORS = Array.from({ length: 100 }, (_, index) => 500 + index);

/**
 * Sends one file with its metadata and attestations to an index (`POST` of a multipart form; the legacy upload API). The
 * file is streamed, at a memory cost that does not grow with it. Redirects are not followed. A request that may have
 * arrived is never repeated: on an error with `details.uncertain` ask `fileOnIndex` before another try.
 * @throws IndexError ERR_FILE_EXISTS, ERR_INDEX_REFUSED, ERR_INDEX_FORBIDDEN, ERR_INDEX_UNAVAILABLE,
 * ERR_INDEX_RESPONSE, ERR_UPLOAD_FILE, ERR_UPLOAD_ATTESTATIONS
 * @throws HttpError; ERR_HTTP_INSECURE without TLS, unless the index is on loopback
 * @throws TypeError for a user name that no index could read back
 */
export async function uploadFile(options: UploadOptions): Promise<void> {
  const { index, http, token, path, digests, signal } = options;
  const filename = basename(path);
  const form = encodeUploadForm({ ...options, filename }, `colophon-${randomBytes(16).toString('hex')}`);
  const credential = basicCredential(options.username ?? '__token__', token);
  const sent = askIndex(http, {
    method: 'POST',
    url: index.uploadUrl,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${credential}`,
      'content-type': form.contentType,
    },
    body: formBody(form, options),
    retry: 'unsent',
    timeoutMs: SILENCE_MS,
    attemptTimeoutMs: SILENCE_MS + Math.ceil(digests.size / SLOWEST),
    maxBytes: 262_144,
    passStatuses: SERVER_ERRORS,
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await sent.catch((error: unknown) => Promise.reject(fileFailure(error, filename)));
  processUpload(response, { filename, secrets: [token.reveal(), credential] });
}

// What stands before the first colon is the user name (RFC 7617, section 2).
function basicCredential(username: string, password: Secret): string {
  if (!/^[^:\p{Cc}]+$/u.test(username)) throw new TypeError('not a user name for an index');
  return encodeBase64(encodeUtf8(`${username}:${password.reveal()}`));
}

function formBody(form: EncodedForm, { path, digests, onSent }: UploadOptions): BodySource {
  const { size } = digests;
  return {
    length: form.head.length + size + form.tailLength,
    async *open() {
      const stop = new AbortController();
      const digest = blake2b256File(path, { signal: stop.signal });
      // Awaited after the last byte; a failure in between must not count as unhandled.
      digest.catch(() => undefined);
      try {
        yield form.head;
        for await (const chunk of fileBytes(path, size)) {
          yield chunk;
          onSent?.(chunk.length);
        }
        yield form.tail(await digest);
      } finally {
        stop.abort();
      }
    },
  };
}

// A file that changed since it was digested would be refused at the end of a long upload, or stall one. Of two buffers one
// is sent while the other is filled: whoever asks for the next chunk is done with the last.
async function* fileBytes(path: string, size: number): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).size !== size) throw changed(path);
    let [current, next] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
    let pending = file.read(current, 0, CHUNK_BYTES, 0);
    for (let sent = 0; ; [current, next] = [next, current]) {
      const { bytesRead } = await pending;
      if (bytesRead === 0 && sent === size) return;
      sent += bytesRead;
      if (bytesRead === 0 || sent > size) throw changed(path);
      pending = file.read(next, 0, CHUNK_BYTES, sent);
      pending.catch(() => undefined);
      yield current.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function changed(path: string): IndexError {
  return new IndexError('ERR_UPLOAD_FILE', `${basename(path)} changed after its digest was taken`);
}

// The transport only knows that it could not read the body.
function fileFailure(error: unknown, filename: string): unknown {
  if (!(error instanceof HttpError) || error.code !== 'ERR_HTTP_BODY') return error;
  if (error.cause instanceof IndexError) return error.cause;
  return new IndexError('ERR_UPLOAD_FILE', `${filename} cannot be read`, { cause: error });
}
