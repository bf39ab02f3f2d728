// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseBundle, type SigstoreBundle } from '@colophon/attestation';
import { encodeUtf8 } from '@colophon/base';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import type { Demands } from '../src/identity/policy-flags.ts';
import { signedContent, streamContent } from '../src/verdict/signed-content.ts';
import { openWorld } from './support/world.ts';

const digest = (name: string, bytes: Uint8Array) => new Uint8Array(createHash(name).update(bytes).digest());
const PERSON: Demands = [{ anyOf: [{ kind: 'identity', identity: 'a', issuer: 'b' }] }];
const keyDemand = ({ publicKey }: { publicKey: KeyObject }): Demands => [
  { anyOf: [{ kind: 'key', publicKey }] },
];
const ED25519 = keyDemand(generateKeyPairSync('ed25519'));
const P384 = keyDemand(generateKeyPairSync('ec', { namedCurve: 'P-384' }));

async function contentOf(size: number, bundle: SigstoreBundle, demands = PERSON) {
  const world = openWorld();
  const bytes = Buffer.alloc(size, 7);
  world.write('x', bytes);
  const content = await signedContent(
    { path: world.path('x'), shown: 'x', filename: 'x' },
    Buffer.from(digest('sha256', bytes)).toString('hex'),
    {
      evidence: [{ name: 'b', evidence: [{ kind: 'bundle', name: 'b', bundle }] }],
      demands,
      signal: new AbortController().signal,
    },
  );
  return { content, bytes };
}

const vector = (path: string) => parseBundle(readVector(path));

/** A statement about a file by these digests; its signature is none. */
function statementBy(...names: readonly string[]): SigstoreBundle {
  const bundle = vector('conda/conda-attestation.sigstore.json');
  if (bundle.content.kind !== 'dsse') throw new TypeError('no statement');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'x', digest: Object.fromEntries(names.map((name) => [name, DIGESTS[name]])) }],
    predicateType: 'https://example.org/type',
  };
  return { ...bundle, content: { ...bundle.content, payload: encodeUtf8(JSON.stringify(statement)) } };
}

const DIGESTS: Readonly<Record<string, string>> = {
  sha256: 'a'.repeat(64),
  sha512: 'b'.repeat(128),
};

describe.runIf(haveVectors)('what a signature over a file is checked with', () => {
  const CASES = 'conformance/bundle-verify';
  const KEYED = `${CASES}/managed-key-happy-path/bundle.sigstore.json`;
  const MESSAGE = `${CASES}/happy-path-v0.3/bundle.sigstore.json`;
  const LARGE = 9 * 1024 * 1024;

  it('are the bytes of a small file', async () => {
    const { content, bytes } = await contentOf(10, vector(MESSAGE));
    expect(content).toEqual({ bytes });
  });

  it('is nothing for a large one that was signed by its SHA-256: it is not read again', async () => {
    expect((await contentOf(LARGE, vector(MESSAGE))).content).toEqual({});
  });

  it('are the digests of a large one that was signed by others, and it is never in memory', async () => {
    const { content, bytes } = await contentOf(LARGE, vector(KEYED), P384);
    expect(content).toEqual({ sha384: digest('sha384', bytes), sha512: digest('sha512', bytes) });
  });

  it('are the bytes, however many, where an Ed25519 key is demanded', async () => {
    const { content } = await contentOf(LARGE, vector(MESSAGE), ED25519);
    expect(content.bytes?.length).toBe(LARGE);
  });

  it('is nothing for a statement about a SHA-256', async () => {
    expect((await contentOf(10, statementBy('sha256'))).content).toEqual({});
  });

  it.each([[['sha512']], [['sha256', 'sha512']]])(
    'are the other digests for a statement about %j',
    async (names) => {
      const { content, bytes } = await contentOf(10, statementBy(...names));
      expect(content).toEqual({ sha384: digest('sha384', bytes), sha512: digest('sha512', bytes) });
    },
  );

  it('is refused where the file changed meanwhile', async () => {
    const world = openWorld();
    world.write('x', 'other');
    const evidence = [
      {
        name: 'b',
        evidence: [{ kind: 'bundle' as const, name: 'b', bundle: parseBundle(readVector(MESSAGE)) }],
      },
    ];
    const signal = new AbortController().signal;
    const file = { path: world.path('x'), shown: 'x', filename: 'x' };
    await expect(
      signedContent(file, 'a'.repeat(64), { evidence, demands: PERSON, signal }),
    ).rejects.toMatchObject({ code: 'ERR_READ_FILE' });
  });
});

describe('what a signature over a stream is checked with', () => {
  const bytes = Buffer.from('one and two');
  const stream = () => Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]);

  it('are its digests', async () => {
    expect(await streamContent(stream(), PERSON)).toEqual({
      sha256: digest('sha256', bytes),
      content: { sha384: digest('sha384', bytes), sha512: digest('sha512', bytes) },
    });
  });

  it('are its bytes where an Ed25519 key is demanded', async () => {
    expect(await streamContent(stream(), ED25519)).toEqual({
      sha256: digest('sha256', bytes),
      content: { bytes: new Uint8Array(bytes) },
    });
  });
});
