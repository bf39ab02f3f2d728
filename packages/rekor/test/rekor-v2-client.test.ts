// SPDX-License-Identifier: Apache-2.0
import { preAuthEncoding, transparencyLogEntryToJson } from '@colophon/attestation';
import { encodeBase64, encodeUtf8, type JsonObject, sha256 } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  canonicalHashedRekordV2,
  type LogProposal,
  processTransparencyLogEntry,
  RekorError,
  RekorV2Client,
} from '../src/index.ts';
import { cut, type LoopbackLog, type Reply, startLog, status } from './support/loopback-log.ts';
import { toyCertificate, toyDigestProposal, toyProposal } from './support/toy-entry.ts';

const PROPOSAL = toyDigestProposal();
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const stops: (() => void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await http.close();
});

async function start(...replies: Reply[]): Promise<LoopbackLog & { client: RekorV2Client }> {
  const log = await startLog(...replies);
  stops.push(() => log.stop());
  return { ...log, client: new RekorV2Client({ url: log.url, http }) };
}

type Document = JsonObject & { inclusionProof: JsonObject };

/** The entry as a Rekor v2 log writes it, with the fields of v1 that it leaves empty. */
function answerTo(proposal: LogProposal, change: (entry: Document) => void = () => undefined): string {
  const canonicalizedBody = canonicalHashedRekordV2(proposal);
  const entry: Document = {
    logIndex: '4',
    logId: { keyId: encodeBase64(new Uint8Array(32).fill(0xab)) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: null,
    inclusionProof: {
      logIndex: '4',
      rootHash: encodeBase64(new Uint8Array(32)),
      treeSize: '5',
      hashes: [encodeBase64(new Uint8Array(32).fill(1))],
      checkpoint: { envelope: 'log.example\n5\nAAAA\n\n— log.example AAAA\n' },
    },
    canonicalizedBody: encodeBase64(canonicalizedBody),
  };
  change(entry);
  return JSON.stringify(entry);
}

const created = (proposal: LogProposal): Reply => status(201, answerTo(proposal));

describe('RekorV2Client', () => {
  it('logs a signature over an artifact', async () => {
    const { client, seen, bodies } = await start(created(PROPOSAL));
    const entry = await client.createEntry(PROPOSAL);
    expect(entry).toMatchObject({ logIndex: 4n, kindVersion: { kind: 'hashedrekord', version: '0.0.2' } });
    expect(transparencyLogEntryToJson(entry)).not.toHaveProperty('integratedTime');
    expect(seen).toEqual(['POST /api/v2/log/entries']);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      hashedRekordRequestV002: {
        digest: encodeBase64(PROPOSAL.content.sha256),
        signature: {
          content: encodeBase64(PROPOSAL.content.signature),
          verifier: {
            x509Certificate: { rawBytes: encodeBase64(PROPOSAL.certificate) },
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          },
        },
      },
    });
  });

  it('logs an envelope by the digest of what its signature is over', async () => {
    const proposal = toyProposal();
    const { client, bodies } = await start(created(proposal));
    await client.createEntry(proposal);
    const digest = encodeBase64(sha256(preAuthEncoding('text/x', proposal.content.payload)));
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ hashedRekordRequestV002: { digest } });
  });

  it('bears a minute of silence, three times what operators ask of clients', async () => {
    const asked = vi.spyOn(http, 'request');
    const { client } = await start(created(PROPOSAL));
    await client.createEntry(PROPOSAL);
    expect(asked).toHaveBeenCalledWith(expect.objectContaining({ timeoutMs: 60_000 }));
    asked.mockRestore();
  });

  it('waits for a checkpoint, and asks again when the log pushes back or the answer is lost', async () => {
    const late: Reply = (response, request) =>
      void setTimeout(() => created(PROPOSAL)(response, request), 300);
    const { client, seen } = await start(status(503, 'reached max pushback; retry'), cut, late);
    await client.createEntry(PROPOSAL);
    expect(seen).toHaveLength(3);
  });

  it.each([
    [
      'a duplicate, of which no entry can be had',
      [status(409, '{}', { 'x-log-index': '4' })],
      'ERR_REKOR_DUPLICATE',
    ],
    ['a duplicate after an answer that was lost', [cut, status(409)], 'ERR_REKOR_DUPLICATE'],
    ['a shard that is frozen', [status(405)], 'ERR_REKOR_FROZEN'],
    ['a refusal', [status(400, 'invalid \u001b[2Jsignature')], 'ERR_REKOR_REFUSED'],
    ['a success of another kind', [status(200, answerTo(PROPOSAL))], 'ERR_REKOR_REFUSED'],
    ['an answer that is no entry', [status(201, '{}')], 'ERR_REKOR_ANSWER'],
    ['the entry of another', [status(201, answerTo(toyDigestProposal('b')))], 'ERR_REKOR_ENTRY'],
    ['a redirect', [status(307, '', { location: '/elsewhere' })], 'ERR_HTTP_REDIRECT'],
    ['an answer without end', [status(201, 'x'.repeat(2 ** 20 + 1))], 'ERR_HTTP_TOO_LARGE'],
  ] as const)('ends on %s', async (_title, replies, code) => {
    const { client } = await start(...replies);
    const error: unknown = await client.createEntry(PROPOSAL).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('\u001b');
  });
});

const proof = (change: (proof: JsonObject) => void) => (entry: Document) => change(entry.inclusionProof);
const body = (text: string) => (entry: Document) =>
  void (entry['canonicalizedBody'] = encodeBase64(encodeUtf8(text)));

describe('processTransparencyLogEntry', () => {
  const canonical = Buffer.from(canonicalHashedRekordV2(PROPOSAL)).toString();

  it('takes an answer that leaves empty fields out', () => {
    const answer = answerTo(PROPOSAL, (entry) => {
      delete entry['integratedTime'];
      delete entry['inclusionPromise'];
    });
    expect(processTransparencyLogEntry(answer, PROPOSAL).logIndex).toBe(4n);
  });

  it.each<[string, string, (entry: Document) => void]>([
    ['no kind', 'ANSWER', (entry) => void delete entry['kindVersion']],
    ['a field that is not known', 'ANSWER', (entry) => void (entry['uuid'] = 'x')],
    ['an index as a number', 'ANSWER', (entry) => void (entry['logIndex'] = 4)],
    ['a tree that does not hold it', 'ANSWER', proof((one) => void (one['treeSize'] = '4'))],
    ['no proof', 'ENTRY', (entry) => void Reflect.deleteProperty(entry, 'inclusionProof')],
    ['no checkpoint', 'ENTRY', proof((one) => void delete one['checkpoint'])],
    ['two indices', 'ENTRY', proof((one) => void (one['logIndex'] = '3'))],
    ['a time', 'ENTRY', (entry) => void (entry['integratedTime'] = '1790000000')],
    ['a promise', 'ENTRY', (entry) => void (entry['inclusionPromise'] = { signedEntryTimestamp: 'c2V0' })],
    ['another kind', 'ENTRY', (entry) => void (entry['kindVersion'] = { kind: 'dsse', version: '0.0.2' })],
    ['a body with a space', 'ENTRY', body(canonical.replace(':', ': '))],
    ['a body of another version', 'ENTRY', body(canonical.replace('0.0.2', '0.0.1'))],
    ['a body that is cut', 'ENTRY', body(canonical.slice(0, -1))],
  ])('refuses an answer with %s', (_title, code, change) => {
    expect(() => processTransparencyLogEntry(answerTo(PROPOSAL, change), PROPOSAL)).toThrowError(
      expect.objectContaining({ code: `ERR_REKOR_${code}` }),
    );
  });

  it.each([
    ['digest', { content: { ...PROPOSAL.content, sha256: new Uint8Array(32) } }],
    ['signature', { content: toyDigestProposal().content }],
    ['certificate', { certificate: toyCertificate('other') }],
  ])('refuses the entry of another %s', (_title, change) => {
    const answer = answerTo({ ...PROPOSAL, ...change });
    expect(() => processTransparencyLogEntry(answer, PROPOSAL)).toThrowError(
      expect.objectContaining({ code: 'ERR_REKOR_ENTRY' }),
    );
  });

  it('refuses whatever else is thrown at it with its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (text) => {
        expect(() => processTransparencyLogEntry(text, PROPOSAL)).toThrowError(RekorError);
      }),
    );
  });
});
