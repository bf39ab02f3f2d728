// SPDX-License-Identifier: Apache-2.0
import { appendFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Secret } from '@colophon/base';
import { blake2b256File, digestFile } from '@colophon/dist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveIndex, uploadFile, type UploadOptions } from '../src/index.ts';
import { shapedAttestation } from './support/attestations.ts';
import { sendJson, startIndex, testClient, type IndexServer } from './support/index-server.ts';
import { parseMultipart } from './support/multipart.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const TOKEN = 'pypi-hunter2';
let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
  path = join(folder, 'demo-1.0-py3-none-any.whl');
  await writeFile(path, Buffer.alloc(700_000, 'wheel'));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function options(server: Pick<IndexServer, 'url' | 'http'>, file = path): Promise<UploadOptions> {
  return {
    index: resolveIndex(`${server.url}/legacy/`),
    http: server.http,
    token: new Secret(TOKEN),
    path: file,
    fields: [['name', 'demo']],
    digests: await digestFile(file),
  };
}

async function refusal(status: number, body: unknown, type?: string): Promise<unknown> {
  await using server = await startIndex((_request, response) => sendJson(response, status, body, type));
  return await uploadFile(await options(server)).catch((error: unknown) => error);
}

// As Warehouse writes a refusal.
function json(text: string) {
  return {
    message: `The server could not comply.\n\n\n${text}\n\n`,
    code: `400 ${text}`,
    title: 'Bad Request',
  };
}

describe('uploadFile', () => {
  it('sends the form with its exact length and the token for __token__', async () => {
    await using server = await startIndex((_request, response) => response.end());
    await uploadFile({ ...(await options(server)), attestations: [shapedAttestation()] });
    const [request] = server.seen;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/legacy/',
      headers: { accept: 'application/json' },
    });
    expect(request?.headers.authorization).toBe(`Basic ${btoa(`__token__:${TOKEN}`)}`);
    expect(request?.headers['content-length']).toBe(String(request?.body.length));
    expect(request?.headers['transfer-encoding']).toBeUndefined();
    const parts = parseMultipart(request?.headers['content-type'] ?? '', request?.body ?? Buffer.alloc(0));
    const { sha256 } = await digestFile(path);
    expect(parts.map(({ name }) => name)).toEqual([
      ':action',
      'protocol_version',
      'name',
      'sha256_digest',
      'attestations',
      'content',
      'blake2_256_digest',
    ]);
    expect(String(parts[3]?.bytes)).toBe(sha256);
    expect(String(parts[6]?.bytes)).toBe(await blake2b256File(path));
    expect(parts[5]).toMatchObject({ filename: 'demo-1.0-py3-none-any.whl' });
    expect(parts[5]?.bytes.equals(Buffer.alloc(700_000, 'wheel'))).toBe(true);
  });

  it('sends a user name and password, in UTF-8', async () => {
    await using server = await startIndex((_request, response) => response.end());
    await uploadFile({ ...(await options(server)), username: 'zoë', token: new Secret('päss:word') });
    const credential = server.seen[0]?.headers.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(credential, 'base64').toString('utf8')).toBe('zoë:päss:word');
  });

  it.each(['', 'a:b', 'a\r\nb'])('refuses the user name %j before any request', async (username) => {
    await using server = await startIndex((_request, response) => response.end());
    await expect(uploadFile({ ...(await options(server)), username })).rejects.toThrow(TypeError);
    expect(server.seen).toEqual([]);
  });

  it('sends a large file at a memory cost that does not grow with it', async () => {
    const size = 400 * 1024 * 1024;
    const large = join(folder, 'large-1.0.tar.gz');
    const handle = await open(large, 'w');
    await handle.truncate(size);
    await handle.close();
    let received = 0;
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const http = testClient();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const digests = { size, sha256: '' };
    const base = { index: resolveIndex(url), http, token: new Secret(TOKEN), fields: [], digests };
    const before = process.memoryUsage().rss;
    await uploadFile({ ...base, path: large });
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 * 1024);
    expect(received).toBeGreaterThan(size);
    await http.close();
    server.close();
  });

  it.each([
    [
      'a name that is taken',
      400,
      json("File already exists ('demo', with blake2_256 hash 'ab')."),
      'ERR_FILE_EXISTS',
      /^File already exists/,
    ],
    ['a conflict', 409, 'Package already exists!', 'ERR_FILE_EXISTS', /^Package already/],
    ['another conflict', 409, json('The name demo conflicts'), 'ERR_INDEX_REFUSED', /conflicts/],
    [
      'bad metadata',
      400,
      json("'2.6' is not a valid metadata version"),
      'ERR_INDEX_REFUSED',
      /^'2.6' is not/,
    ],
    [
      'attestations that it cannot verify',
      400,
      json('Invalid attestations supplied during upload: x'),
      'ERR_INDEX_REFUSED',
      /^Invalid attestations/,
    ],
    [
      'a wrong URL',
      405,
      '<html><head><title>405</title></head><body>Method &lt;b&gt;</body>',
      'ERR_INDEX_REFUSED',
      /^Method <b>$/,
    ],
    ['a large file', 413, '', 'ERR_INDEX_REFUSED', /^$/],
    [
      'a bad token',
      403,
      { code: '403 Invalid or non-existent authentication information.' },
      'ERR_INDEX_FORBIDDEN',
      /^Invalid or/,
    ],
    ['no token', 401, { detail: 'log in' }, 'ERR_INDEX_FORBIDDEN', /^log in$/],
    [
      'the wrong moment',
      403,
      { code: '403 Read-only mode: Uploads are temporarily disabled.' },
      'ERR_INDEX_UNAVAILABLE',
      /^Read-only/,
    ],
  ])('tells, in the index’s words, that it refuses %s', async (...row) => {
    const [, status, body, code, words] = row;
    expect(await refusal(status, body)).toMatchObject({
      code,
      details: { status, words: expect.stringMatching(words), uncertain: false },
    });
  });

  it.each([
    ['an error of the server', 502, 'bad gateway', 'ERR_INDEX_UNAVAILABLE'],
    ['a page in place of an answer', 200, '<!DOCTYPE html><html>log in</html>', 'ERR_INDEX_RESPONSE'],
    ['too long an answer', 200, 'x'.repeat(300_000), 'ERR_INDEX_RESPONSE'],
    ['partial content', 206, '', 'ERR_INDEX_RESPONSE'],
  ])('is not sure what happened after %s', async (_title, status, body, code) => {
    expect(await refusal(status, body, 'text/html')).toMatchObject({ code, details: { uncertain: true } });
  });

  it('shows neither the token nor control characters that a server sends back', async () => {
    const text = `no: ${TOKEN} ${btoa(`__token__:${TOKEN}`)} \u001b[2J\u202e${'z'.repeat(9999)}`;
    for (const body of [{ message: text }, text, `<p>${text}`]) {
      const error = await refusal(400, body);
      expect(error).toMatchObject({ code: 'ERR_INDEX_REFUSED' });
      expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|X190b2tlbl9f|\\x1B|\\u202e|\u202e|z{999}/);
    }
  });

  it('does not send a file twice when the answer is lost', async () => {
    await using server = await startIndex((_request, response) => response.socket?.destroy());
    const sent = uploadFile(await options(server));
    await expect(sent).rejects.toMatchObject({ code: 'ERR_INDEX_UNAVAILABLE', details: { uncertain: true } });
    expect(server.seen).toHaveLength(1);
  });

  it('follows no redirect with the token', async () => {
    await using elsewhere = await startIndex((_request, response) => response.end());
    for (const status of [301, 307, 308]) {
      await using server = await startIndex((_request, response) => {
        response.writeHead(status, { location: `${elsewhere.url}/` }).end();
      });
      await expect(uploadFile(await options(server))).rejects.toThrowError(throwsCode('ERR_INDEX_RESPONSE'));
    }
    expect(elsewhere.seen).toEqual([]);
  });

  it('sends nothing of a file that changed after it was digested', async () => {
    await using server = await startIndex((_request, response) => response.end());
    const file = join(folder, 'changing-1.0.tar.gz');
    await writeFile(file, 'before');
    const prepared = await options(server, file);
    await appendFile(file, ' and after');
    await expect(uploadFile(prepared)).rejects.toThrowError(throwsCode('ERR_UPLOAD_FILE'));
    await rm(file);
    await expect(uploadFile(prepared)).rejects.toThrowError(throwsCode('ERR_UPLOAD_FILE'));
    expect(server.seen).toEqual([]);
  });

  it('reports an index that nobody runs', async () => {
    const gone = await startIndex((_request, response) => response.end());
    await gone[Symbol.asyncDispose]();
    const http = testClient();
    const sent = uploadFile(await options({ url: gone.url, http }));
    await expect(sent).rejects.toThrowError(throwsCode('ERR_INDEX_UNAVAILABLE'));
    await http.close();
  });

  it('stops when the caller says so', async () => {
    await using server = await startIndex(() => undefined);
    const sent = uploadFile({ ...(await options(server)), signal: AbortSignal.timeout(200) });
    await expect(sent).rejects.toThrowError(throwsCode('ERR_HTTP_ABORTED'));
  });
});
