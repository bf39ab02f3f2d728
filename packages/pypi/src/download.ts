// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { displayUrl, type HttpClient, HttpError, type HttpStream } from '@colophon/http';
import { IndexError } from './index-error.ts';
import { indexFailure } from './index-request.ts';
import { parseServedUrl } from './index-url.ts';
import { isPlainFilename, type ProjectFile } from './simple-json.ts';

export interface DownloadOptions {
  readonly file: Pick<ProjectFile, 'filename' | 'url' | 'sha256' | 'size'>;
  /** Where the file goes, under its listed name. A file of that name is replaced. */
  readonly directory: string;
  readonly http: HttpClient;
  /** The most bytes to take where the index lists no size. Default 4 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

interface Listed {
  readonly filename: string;
  readonly url: URL;
  readonly sha256: string;
  readonly size: number | undefined;
  readonly maxBytes: number;
}

const MAX_UNLISTED_BYTES = 4 * 1024 ** 3;
const SILENCE_MS = 60_000;
/** The slowest line on which a download still counts as alive, in bytes a millisecond. */
const SLOWEST = 16;

/**
 * Downloads a file that an index lists, and gives its path. The bytes are hashed on their way into a temporary file
 * beside the destination, which takes its name only when digest and size are as listed; else nothing stays. The URL
 * may be on another host than the index. No credential is ever sent there.
 * @throws IndexError ERR_FILE_DIGEST, ERR_FILE_SIZE, ERR_FILE_NOT_FOUND, ERR_FILE_WRITE, ERR_INDEX_FORBIDDEN,
 * ERR_INDEX_UNAVAILABLE, ERR_INDEX_RESPONSE, ERR_INDEX_URL
 * @throws HttpError
 */
export async function downloadFile(options: DownloadOptions): Promise<string> {
  const listed = listedFile(options);
  const target = join(options.directory, listed.filename);
  const temporary = join(options.directory, `.colophon-${randomBytes(8).toString('hex')}.part`);
  try {
    await fetchTo(temporary, listed, options);
    await rename(temporary, target);
    return target;
  } catch (error) {
    // What cannot be removed either must not hide why the download failed.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw downloadFailure(error, listed);
  }
}

function listedFile({ file, maxBytes }: DownloadOptions): Listed {
  const { filename, sha256, size } = file;
  const shown = JSON.stringify(filename.slice(0, 255));
  if (!isPlainFilename(filename))
    throw new IndexError('ERR_INDEX_RESPONSE', `not a plain filename: ${shown}`);
  if (sha256 === undefined)
    throw new IndexError('ERR_FILE_DIGEST', `the index lists no SHA-256 digest of ${filename}`);
  return {
    filename,
    url: parseServedUrl(file.url),
    sha256,
    size,
    maxBytes: size ?? maxBytes ?? MAX_UNLISTED_BYTES,
  };
}

async function fetchTo(path: string, listed: Listed, options: DownloadOptions): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await fetchInto(file, listed, options);
  } finally {
    await file.close();
  }
}

async function fetchInto(file: FileHandle, listed: Listed, options: DownloadOptions): Promise<void> {
  const { http, signal } = options;
  const stream = await http.open({
    method: 'GET',
    url: listed.url,
    redirect: 'same-origin',
    maxBytes: listed.maxBytes,
    timeoutMs: SILENCE_MS,
    attemptTimeoutMs: SILENCE_MS + Math.ceil(listed.maxBytes / SLOWEST),
    ...(signal === undefined ? {} : { signal }),
  });
  if (stream.status === 200) return await store(stream, listed, file);
  await discard(stream);
  throw statusFailure(stream.status, listed.filename, displayUrl(stream.url));
}

// Begun and ended early, which closes the connection.
async function discard({ body }: HttpStream): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    await chunks.next();
    await chunks.return?.();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
  }
}

function statusFailure(status: number, filename: string, url: string): IndexError {
  const details = { url, status };
  if (status === 404 || status === 410)
    return new IndexError('ERR_FILE_NOT_FOUND', `${filename}: ${url} does not have it (${status})`, {
      details,
    });
  const code = status === 401 || status === 403 ? 'ERR_INDEX_FORBIDDEN' : 'ERR_INDEX_RESPONSE';
  return new IndexError(code, `${filename}: ${url} answered ${status}, not with the file`, { details });
}

async function store(stream: HttpStream, listed: Listed, file: FileHandle): Promise<void> {
  const { filename, sha256, size } = listed;
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of stream.body) {
    received += chunk.length;
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  if (size !== undefined && received !== size)
    throw new IndexError('ERR_FILE_SIZE', `${filename}: got ${received} bytes, but ${size} are listed`);
  if (hash.digest('hex') !== sha256)
    throw new IndexError(
      'ERR_FILE_DIGEST',
      `${filename}: the bytes do not have the digest that the index lists`,
    );
}

function downloadFailure(error: unknown, { filename, maxBytes }: Listed): unknown {
  if (error instanceof HttpError && error.code === 'ERR_HTTP_TOO_LARGE') {
    const text = `${filename}: more bytes than the ${maxBytes} that are listed or allowed`;
    return new IndexError('ERR_FILE_SIZE', text, { cause: error, details: error.details });
  }
  if (error instanceof Error && 'syscall' in error && !(error instanceof HttpError))
    return new IndexError('ERR_FILE_WRITE', `${filename} cannot be stored`, { cause: error });
  return indexFailure(error, 'GET');
}
