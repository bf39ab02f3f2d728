// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { afterEach, describe, expect, it } from 'vitest';
import { findHashedRekordEntry } from '../src/index.ts';
import { type Reply, startLog, status } from './support/loopback-log.ts';
import { toyAnswerEntry, toyBody, toyDigestProposal, uuidOf } from './support/toy-entry.ts';

const PROPOSAL = toyDigestProposal();
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function find(reply: Reply) {
  const log = await startLog(reply);
  stops.push(() => log.stop());
  return { log, entry: await findHashedRekordEntry({ url: log.url, http }, PROPOSAL) };
}

const answer = (...entries: object[]) => status(200, JSON.stringify(entries));
const logged = (proposal: typeof PROPOSAL, change: object = {}) => {
  const body = toyBody(proposal);
  return { [uuidOf(body)]: { ...toyAnswerEntry(body), ...change } };
};

describe('findHashedRekordEntry', () => {
  it('asks for the very signature', async () => {
    const { log, entry } = await find(answer(logged(PROPOSAL)));
    expect(log.seen).toEqual(['POST /api/v1/log/entries/retrieve']);
    expect(JSON.parse(log.bodies[0] ?? '')).toMatchObject({ entries: [{ kind: 'hashedrekord' }] });
    expect(entry?.logIndex).toBe(1234n);
  });

  it('takes the oldest of several', async () => {
    const younger = logged(PROPOSAL, { integratedTime: 1_800_000_000, logIndex: 9 });
    const { entry } = await find(answer(younger, logged(PROPOSAL, { logIndex: 7 })));
    expect(entry?.logIndex).toBe(7n);
  });

  it.each<[string, Reply]>([
    ['none', answer()],
    ['only that of another signature', answer(logged(toyDigestProposal('b')))],
    ['an answer that it knows none', status(404, '{}')],
  ])('has none where the log has %s', async (_what, reply) => {
    expect((await find(reply)).entry).toBeUndefined();
  });

  it.each<[string, Reply, string]>([
    ['refuses', status(400, 'no'), 'ERR_REKOR_REFUSED'],
    ['answers no list', status(200, '{}'), 'ERR_REKOR_ANSWER'],
    ['answers no JSON', status(200, '<'), 'ERR_REKOR_ANSWER'],
    [
      'answers another body than it names',
      answer({ ['0'.repeat(64)]: toyAnswerEntry(toyBody(PROPOSAL)) }),
      'ERR_REKOR_ANSWER',
    ],
  ])('says so where the log %s', async (_what, reply, code) => {
    await expect(find(reply)).rejects.toMatchObject({ code });
  });
});
