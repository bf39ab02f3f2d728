// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync } from 'node:crypto';
import { parseBundle } from '@colophon/attestation';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import type { Demands } from '../src/identity/policy-flags.ts';
import { signedContent } from '../src/verdict/signed-content.ts';
import { openWorld } from './support/world.ts';

const digest = (name: string, bytes: Uint8Array) => new Uint8Array(createHash(name).update(bytes).digest());
const PERSON: Demands = [{ anyOf: [{ kind: 'identity', identity: 'a', issuer: 'b' }] }];
const { publicKey } = generateKeyPairSync('ed25519');
const ED25519: Demands = [{ anyOf: [{ kind: 'key', publicKey }] }];

async function contentOf(size: number, vector: string, demands = PERSON) {
  const world = openWorld();
  const bytes = Buffer.alloc(size, 7);
  world.write('x', bytes);
  const bundle = parseBundle(readVector(vector));
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

describe.runIf(haveVectors)('what a signature over a file is checked with', () => {
  const MESSAGE = 'conformance/bundle-verify/happy-path-v0.3/bundle.sigstore.json';
  const LARGE = 9 * 1024 * 1024;

  it('are the bytes of a small file', async () => {
    const { content, bytes } = await contentOf(10, MESSAGE);
    expect(content).toEqual({ bytes });
  });

  it('are the digests of a large one, which is never in memory', async () => {
    const { content, bytes } = await contentOf(LARGE, MESSAGE);
    expect(content).toEqual({ sha384: digest('sha384', bytes), sha512: digest('sha512', bytes) });
  });

  it('are the bytes, however many, where an Ed25519 key is demanded', async () => {
    const { content } = await contentOf(LARGE, MESSAGE, ED25519);
    expect(content.bytes?.length).toBe(LARGE);
  });

  it('is nothing for a statement', async () => {
    expect((await contentOf(10, 'conda/conda-attestation.sigstore.json')).content).toEqual({});
  });

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
