// SPDX-License-Identifier: Apache-2.0
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import type { SandboxRequest } from '../http-service.ts';
import { Blake2b256 } from './blake2b.ts';
import { Refusal } from './refusal.ts';

/** The file of an upload, on disk under a name of our own. */
export interface UploadedFile {
  readonly filename: string;
  readonly contentType: string;
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly digests: { readonly md5: string; readonly sha256: string; readonly blake2_256: string };
}

const MAX_FIELD_BYTES = 16 * 1024 * 1024;
const MAX_FIELDS = 10_000;

/** What a client posts to `/legacy/`: text fields, some of them several times, and one file. */
export class UploadForm {
  readonly fields = new Map<string, string[]>();
  /** Names of fields that came as files, `content` aside. */
  readonly fileFields = new Set<string>();
  content: UploadedFile | undefined;

  /** The last value of a field. */
  get(name: string): string | undefined {
    return this.fields.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.fields.get(name) ?? [];
  }

  append(name: string, value: string): void {
    this.fields.set(name, [...this.all(name), value]);
  }

  /** Deletes the file, if there is one that nobody took over. */
  async discard(): Promise<void> {
    if (this.content) await rm(this.content.path, { force: true });
  }
}

/** Reads a multipart form; the file flows to `folder` and is digested on its way, so that memory stays flat. */
export async function readUploadForm(request: SandboxRequest, folder: string): Promise<UploadForm> {
  const form = new UploadForm();
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data')) {
    request.body.resume();
    return form;
  }
  const writes: Promise<void>[] = [];
  const parser = new Busboy({
    headers: { 'content-type': contentType },
    limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: 16 },
    isPartAFile: (_name, _type, filename) => filename !== undefined,
    preservePath: true,
  });
  parser.on('field', (name, value) => form.append(name, value));
  parser.on('file', (...[name, stream, filename, , type]) => {
    if (name === 'content' && !form.content && writes.length === 0) {
      const write = receive(form, folder, { stream, filename, type });
      write.catch(() => stream.resume());
      writes.push(write);
    } else {
      form.fileFields.add(name);
      stream.resume();
    }
  });
  try {
    await pipeline(request.body, parser);
    await Promise.all(writes);
  } catch (cause) {
    await Promise.allSettled(writes);
    await form.discard();
    throw new Refusal(400, 'The upload is not a readable form.', { cause });
  }
  return form;
}

interface FilePart {
  readonly stream: Readable;
  readonly filename: string;
  readonly type: string;
}

async function receive(
  form: UploadForm,
  folder: string,
  { stream, filename, type }: FilePart,
): Promise<void> {
  const target = path.join(folder, randomUUID());
  const [md5, sha256, blake2b] = [createHash('md5'), createHash('sha256'), new Blake2b256()];
  let size = 0;
  async function* digested(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of source) {
      size += part.length;
      md5.update(part);
      sha256.update(part);
      blake2b.update(part);
      yield part;
    }
  }
  try {
    await pipeline(stream, digested, createWriteStream(target));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  const digests = { md5: md5.digest('hex'), sha256: sha256.digest('hex'), blake2_256: blake2b.hex() };
  form.content = { filename, contentType: type, path: target, size, digests };
}
