// SPDX-License-Identifier: Apache-2.0
import { encodeProvenance } from '@colophon/attestation';
import { describe, expect, it } from 'vitest';
import { fetchProvenance } from '../src/index.ts';
import { shapedAttestation } from './support/attestations.ts';
import { sendJson, startIndex, testClient } from './support/index-server.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const INTEGRITY = 'application/vnd.pypi.integrity.v1+json';
const DOCUMENT = encodeProvenance({
  bundles: [
    {
      publisher: { kind: 'GitHub', repository: 'octo/demo', workflow: 'release.yml' },
      attestations: [shapedAttestation()],
    },
  ],
});

async function fetched(body: unknown, status = 200, type = INTEGRITY) {
  await using server = await startIndex((_request, response) => sendJson(response, status, body, type));
  return await fetchProvenance({ url: `${server.url}/p`, http: server.http });
}

describe('fetchProvenance', () => {
  it('reads the object and keeps its bytes', async () => {
    const served = await fetched(DOCUMENT);
    expect(served?.provenance.bundles).toMatchObject([
      { publisher: { kind: 'GitHub', repository: 'octo/demo' } },
    ]);
    expect(Buffer.from(served?.bytes ?? []).toString()).toBe(DOCUMENT);
    await expect(fetched(DOCUMENT, 200, 'application/json; charset=utf-8')).resolves.toBeDefined();
  });

  it('asks for the form of the integrity API, without any credential', async () => {
    await using server = await startIndex((_request, response) =>
      sendJson(response, 200, DOCUMENT, INTEGRITY),
    );
    await fetchProvenance({ url: `${server.url}/integrity/demo?x=1`, http: server.http });
    expect(server.seen).toMatchObject([{ url: '/integrity/demo?x=1', headers: { accept: INTEGRITY } }]);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('knows that there is none', async () => {
    await expect(fetched('<html>', 404, 'text/html')).resolves.toBeUndefined();
  });

  it.each([
    [
      'attestations are switched off',
      { message: 'Attestations temporarily disabled' },
      403,
      'ERR_INDEX_UNAVAILABLE',
    ],
    ['the index is down', 'down', 503, 'ERR_INDEX_UNAVAILABLE'],
    ['the form is not known', { message: 'Request not acceptable' }, 406, 'ERR_INDEX_RESPONSE'],
    ['a log-in is wanted', {}, 401, 'ERR_INDEX_FORBIDDEN'],
    ['the object is no object', '[]', 200, 'ERR_JSON_KIND'],
    ['a key stands twice', DOCUMENT.replace('"version":1', '"version":1,"version":1'), 200, 'ERR_JSON'],
    ['the answer is too large', ' '.repeat(17 * 1024 * 1024), 200, 'ERR_INDEX_RESPONSE'],
  ])('does not take it for none when %s', async (_title, body, status, code) => {
    await expect(fetched(body, status)).rejects.toThrowError(throwsCode(code));
  });

  it('refuses a web page', async () => {
    await expect(fetched(DOCUMENT, 200, 'text/html')).rejects.toThrowError(throwsCode('ERR_INDEX_RESPONSE'));
  });

  it.each([
    'javascript:alert(1)',
    '/integrity/demo',
    'http://pkgs.example/p',
    'https://me:hunter2@pkgs.example/p',
  ])('does not ask at %s', async (url) => {
    const asked = fetchProvenance({ url, http: testClient() });
    await expect(asked).rejects.toThrowError(throwsCode('ERR_INDEX_URL'));
    await expect(asked).rejects.toThrowError(expect.not.stringContaining('hunter2'));
  });
});
