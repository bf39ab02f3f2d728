// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile, type DownloadOptions } from '../src/index.ts';
import { startIndex } from './support/index-server.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const BYTES = Buffer.alloc(300_000, 'bytes of a wheel ');
const LISTED = {
  filename: 'demo-1.0-py3-none-any.whl',
  sha256: encodeHex(sha256(BYTES)),
  size: BYTES.length,
};
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

async function download(
  answer: (response: ServerResponse) => void,
  file: Partial<DownloadOptions['file']> = {},
  more: Partial<DownloadOptions> = {},
): Promise<string> {
  await using server = await startIndex((_request, response) => answer(response));
  const listed = { ...LISTED, url: `${server.url}/f`, ...file };
  return await downloadFile({ file: listed, directory, http: server.http, ...more });
}

describe('downloadFile', () => {
  it('stores the bytes under the listed name, and nothing else', async () => {
    const path = await download((response) => response.end(BYTES));
    expect(path).toBe(join(directory, LISTED.filename));
    expect(BYTES.equals(await readFile(path))).toBe(true);
    expect(await readdir(directory)).toEqual([LISTED.filename]);
  });

  it('replaces an older file of the name only with the right bytes', async () => {
    const path = join(directory, LISTED.filename);
    await writeFile(path, 'older');
    await expect(download((response) => response.end('wrong'))).rejects.toThrowError(
      throwsCode('ERR_FILE_SIZE'),
    );
    expect(await readFile(path, 'utf8')).toBe('older');
    await download((response) => response.end(BYTES));
    expect(BYTES.equals(await readFile(path))).toBe(true);
  });

  it('takes a file whose size is not listed up to the limit', async () => {
    const { filename, sha256: digest } = LISTED;
    await using server = await startIndex((_request, response) => response.end(BYTES));
    const options = {
      file: { filename, sha256: digest, url: `${server.url}/f` },
      directory,
      http: server.http,
    };
    const short = downloadFile({ ...options, maxBytes: BYTES.length - 1 });
    await expect(short).rejects.toThrowError(throwsCode('ERR_FILE_SIZE'));
    expect(await readdir(directory)).toEqual([]);
    await expect(downloadFile({ ...options, maxBytes: BYTES.length })).resolves.toContain(filename);
  });

  const flipped = Buffer.from(BYTES);
  flipped[5] = 0;
  const failures: [string, (response: ServerResponse) => void, string][] = [
    ['other bytes', (response) => response.end(flipped), 'ERR_FILE_DIGEST'],
    ['too few bytes', (response) => response.end(BYTES.subarray(1)), 'ERR_FILE_SIZE'],
    ['no bytes', (response) => response.end(), 'ERR_FILE_SIZE'],
    ['too many bytes', (response) => response.end(Buffer.concat([BYTES, BYTES])), 'ERR_FILE_SIZE'],
    ['a page that does not end', (response) => drip(response), 'ERR_FILE_SIZE'],
    ['no such file', (response) => response.writeHead(404).end(BYTES), 'ERR_FILE_NOT_FOUND'],
    ['a file that is gone', (response) => response.writeHead(410).end(), 'ERR_FILE_NOT_FOUND'],
    ['a demand to log in', (response) => response.writeHead(401).end(), 'ERR_INDEX_FORBIDDEN'],
    ['a part', (response) => response.writeHead(206).end(BYTES), 'ERR_INDEX_RESPONSE'],
    ['an error', (response) => response.writeHead(500).end(), 'ERR_INDEX_UNAVAILABLE'],
    [
      'a redirect to another host',
      (response) => response.writeHead(302, { location: 'https://files.example/' }).end(),
      'ERR_INDEX_RESPONSE',
    ],
    ['half of it', (response) => cut(response), 'ERR_INDEX_UNAVAILABLE'],
  ];
  it.each(failures)('leaves nothing behind of %s', async (_title, answer, code) => {
    await expect(download(answer)).rejects.toThrowError(throwsCode(code));
    expect(await readdir(directory)).toEqual([]);
  });

  it.each(['../demo.whl', 'a/demo.whl', '..\\demo.whl', '.', '', 'C:demo.whl', '.bashrc'])(
    'does not write to %j',
    async (filename) => {
      await expect(download((response) => response.end(BYTES), { filename })).rejects.toThrowError(
        throwsCode('ERR_INDEX_RESPONSE'),
      );
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it('takes no file without a digest, and asks for none', async () => {
    await using server = await startIndex((_request, response) => response.end(BYTES));
    const file = { filename: LISTED.filename, url: `${server.url}/f` };
    await expect(downloadFile({ file, directory, http: server.http })).rejects.toThrowError(
      throwsCode('ERR_FILE_DIGEST'),
    );
    expect(server.seen).toEqual([]);
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    '/f',
    'http://files.example/f',
    'https://a:b@files.example/f',
  ])('does not ask at %s', async (url) => {
    await expect(download((response) => response.end(BYTES), { url })).rejects.toThrowError(
      throwsCode('ERR_INDEX_URL'),
    );
  });

  it('sends no credential', async () => {
    await using server = await startIndex((_request, response) => response.end(BYTES));
    await downloadFile({ file: { ...LISTED, url: `${server.url}/f` }, directory, http: server.http });
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(server.seen[0]?.headers).not.toHaveProperty('cookie');
  });

  it('reports a folder that is not there', async () => {
    const missing = join(directory, 'missing');
    const stored = download((response) => response.end(BYTES), {}, { directory: missing });
    await expect(stored).rejects.toThrowError(throwsCode('ERR_FILE_WRITE'));
  });

  it('leaves nothing behind when the caller stops it', async () => {
    const stopped = download((response) => drip(response, 1), {}, { signal: AbortSignal.timeout(200) });
    await expect(stopped).rejects.toThrowError(throwsCode('ERR_HTTP_ABORTED'));
    expect(await readdir(directory)).toEqual([]);
  });
});

function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': String(BYTES.length) });
  response.write(BYTES.subarray(0, 100_000), () => response.socket?.destroy());
}

function drip(response: ServerResponse, size = 65_536): void {
  const timer = setInterval(() => response.write(Buffer.alloc(size)), 5);
  response.on('close', () => clearInterval(timer));
}
