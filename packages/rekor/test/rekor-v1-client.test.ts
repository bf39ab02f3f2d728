// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { afterEach, describe, expect, it } from 'vitest';
import { RekorV1Client } from '../src/index.ts';
import { cut, type LoopbackLog, type Reply, startLog, status } from './support/loopback-log.ts';
import {
  toyAnswer,
  toyAnswerEntry,
  toyBody,
  toyDigestProposal,
  toyPem,
  toyProposal,
  uuidOf,
} from './support/toy-entry.ts';

const PROPOSAL = toyProposal();
const UUID = uuidOf(toyBody(PROPOSAL));
const ENTRIES = '/api/v1/log/entries';
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const stops: (() => void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await http.close();
});

async function start(...replies: Reply[]): Promise<LoopbackLog & { client: RekorV1Client }> {
  const log = await startLog(...replies);
  stops.push(() => log.stop());
  return { ...log, client: new RekorV1Client({ url: log.url, http }) };
}

const created: Reply = (response) => response.writeHead(201).end(toyAnswer(PROPOSAL));
const found: Reply = (response) => response.writeHead(200).end(toyAnswer(PROPOSAL));
const conflict = (location: string): Reply => status(409, 'an equivalent entry already exists', { location });

describe('createEntry', () => {
  it('proposes the envelope and its certificate, and gives the entry', async () => {
    const { client, seen, bodies } = await start(created);
    const entry = await client.createEntry(PROPOSAL);
    expect(entry.logIndex).toBe(1234n);
    expect(seen).toEqual([`POST ${ENTRIES}`]);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        proposedContent: {
          envelope: JSON.stringify({
            payload: Buffer.from(PROPOSAL.content.payload).toString('base64'),
            payloadType: 'text/x',
            signatures: [{ sig: Buffer.from(PROPOSAL.content.signature).toString('base64'), keyid: '' }],
          }),
          verifiers: [Buffer.from(toyPem(PROPOSAL.certificate)).toString('base64')],
        },
      },
    });
  });

  it('proposes a signature over an artifact as a hashedrekord', async () => {
    const proposal = toyDigestProposal();
    const { client, bodies } = await start(status(201, toyAnswer(proposal)));
    const entry = await client.createEntry(proposal);
    expect(entry.kindVersion).toEqual({ kind: 'hashedrekord', version: '0.0.1' });
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: Buffer.from(proposal.content.sha256).toString('hex') } },
        signature: {
          content: Buffer.from(proposal.content.signature).toString('base64'),
          publicKey: { content: Buffer.from(toyPem(proposal.certificate)).toString('base64') },
        },
      },
    });
  });

  it('fetches the hashedrekord that the log has already', async () => {
    const proposal = toyDigestProposal();
    const location = `${ENTRIES}/${uuidOf(toyBody(proposal))}`;
    const { client } = await start(conflict(location), status(200, toyAnswer(proposal)));
    expect((await client.createEntry(proposal)).canonicalizedBody).toEqual(toyBody(proposal));
  });

  it('fetches the entry that the log has already, after an answer that was lost', async () => {
    const { client, seen } = await start(cut, conflict(`${ENTRIES}/${UUID}`), status(404), found);
    await client.createEntry(PROPOSAL);
    const fetched = `GET ${ENTRIES}/${UUID}`;
    expect(seen).toEqual([`POST ${ENTRIES}`, `POST ${ENTRIES}`, fetched, fetched]);
  });

  it('asks again when the log is busy', async () => {
    const { client, seen } = await start(status(503), status(429), created);
    await client.createEntry(PROPOSAL);
    expect(seen).toHaveLength(3);
  });

  it('finds the entry under a name with the tree in front', async () => {
    const tree = '24296fb24b8ad77a';
    const body = toyBody(PROPOSAL);
    const answer = JSON.stringify({ [uuidOf(body, tree)]: toyAnswerEntry(body) });
    const { client } = await start(conflict(`${ENTRIES}/${UUID}`), status(200, answer));
    expect((await client.createEntry(PROPOSAL)).canonicalizedBody).toEqual(body);
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
    const { client, seen } = await start(...replies);
    const error: unknown = await client.createEntry(PROPOSAL).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(seen).toHaveLength(requests);
  });
});
