// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@colophon/http';
import { afterEach, describe, expect, it } from 'vitest';
import { RekorV1Client } from '../src/index.ts';
import { toyAnswer, toyAnswerEntry, toyBody, toyProposal, uuidOf } from './support/toy-entry.ts';

const PROPOSAL = toyProposal();
const UUID = uuidOf(toyBody(PROPOSAL));
const ENTRIES = '/api/v1/log/entries';
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const stops: (() => void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await http.close();
});

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A log that gives one prepared reply after the other, and remembers what it was asked. */
async function startLog(
  ...replies: Reply[]
): Promise<{ client: RekorV1Client; seen: string[]; bodies: string[] }> {
  const seen: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      bodies.push(Buffer.concat(chunks).toString());
      replies.shift()?.(response, request);
    });
  });
  stops.push(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { client: new RekorV1Client({ url, http }), seen, bodies };
}

const created: Reply = (response) => response.writeHead(201).end(toyAnswer(PROPOSAL));
const found: Reply = (response) => response.writeHead(200).end(toyAnswer(PROPOSAL));
const cut: Reply = (_response, request) => request.socket.destroy();
const status =
  (code: number, body = '', headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end(body);
const conflict = (location: string): Reply => status(409, 'an equivalent entry already exists', { location });

describe('createDsseEntry', () => {
  it('proposes the envelope and its certificate, and gives the entry', async () => {
    const { client, seen, bodies } = await startLog(created);
    const entry = await client.createDsseEntry(PROPOSAL);
    expect(entry.logIndex).toBe(1234n);
    expect(seen).toEqual([`POST ${ENTRIES}`]);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        proposedContent: {
          envelope: PROPOSAL.envelopeJson,
          verifiers: [Buffer.from(PROPOSAL.certificatePem).toString('base64')],
        },
      },
    });
  });

  it('fetches the entry that the log has already, after an answer that was lost', async () => {
    const { client, seen } = await startLog(cut, conflict(`${ENTRIES}/${UUID}`), status(404), found);
    await client.createDsseEntry(PROPOSAL);
    const fetched = `GET ${ENTRIES}/${UUID}`;
    expect(seen).toEqual([`POST ${ENTRIES}`, `POST ${ENTRIES}`, fetched, fetched]);
  });

  it('asks again when the log is busy', async () => {
    const { client, seen } = await startLog(status(503), status(429), created);
    await client.createDsseEntry(PROPOSAL);
    expect(seen).toHaveLength(3);
  });

  it('finds the entry under a name with the tree in front', async () => {
    const tree = '24296fb24b8ad77a';
    const body = toyBody(PROPOSAL);
    const answer = JSON.stringify({ [uuidOf(body, tree)]: toyAnswerEntry(body) });
    const { client } = await startLog(conflict(`${ENTRIES}/${UUID}`), status(200, answer));
    expect((await client.createDsseEntry(PROPOSAL)).canonicalizedBody).toEqual(body);
  });

  it.each([
    ['a refusal', [status(400, 'bad \u001b entry')], 'ERR_REKOR_REFUSED', 1],
    ['a success of another kind', [status(200, toyAnswer(PROPOSAL))], 'ERR_REKOR_REFUSED', 1],
    ['an answer that is no entry', [status(201, '{}')], 'ERR_REKOR_ANSWER', 1],
    ['another entry', [status(201, toyAnswer(toyProposal('b')))], 'ERR_REKOR_ENTRY', 1],
    ['a conflict without a place', [status(409)], 'ERR_REKOR_ANSWER', 1],
    [
      'a conflict at another origin',
      [conflict(`http://127.0.0.1:9${ENTRIES}/${UUID}`)],
      'ERR_REKOR_ANSWER',
      1,
    ],
    ['a conflict at another path', [conflict(`${ENTRIES}/${UUID}/../x`)], 'ERR_REKOR_ANSWER', 1],
    ['a conflict with a name that is no hash', [conflict(`${ENTRIES}/1234`)], 'ERR_REKOR_ANSWER', 1],
    [
      'a conflict with another entry',
      [conflict(`${ENTRIES}/${uuidOf(toyBody(toyProposal('b')))}`), found],
      'ERR_REKOR_ENTRY',
      2,
    ],
    [
      'a conflict with an entry that holds another signature',
      [conflict(`${ENTRIES}/${UUID}`), status(200, toyAnswer(toyProposal()))],
      'ERR_REKOR_ENTRY',
      2,
    ],
    ['a conflict that is refused', [conflict(`${ENTRIES}/${UUID}`), status(403)], 'ERR_REKOR_REFUSED', 2],
    [
      'an entry that never appears',
      [conflict(`${ENTRIES}/${UUID}`), ...Array.from({ length: 9 }, () => status(404))],
      'ERR_HTTP_UNAVAILABLE',
      8,
    ],
    ['a redirect', [status(307, '', { location: '/elsewhere' })], 'ERR_HTTP_REDIRECT', 1],
  ] as const)('ends on %s', async (_title, replies, code, requests) => {
    const { client, seen } = await startLog(...replies);
    const error: unknown = await client.createDsseEntry(PROPOSAL).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(seen).toHaveLength(requests);
  });
});
