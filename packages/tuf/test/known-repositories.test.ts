// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCachedRepository, parseCachedRepository } from '../src/cache-document.ts';
import {
  describeRoot,
  embeddedTrust,
  GITHUB,
  PUBLIC_GOOD,
  repositoryUrl,
  STAGING,
  TufError,
} from '../src/index.ts';
import { parseRoleMetadata } from '../src/role-metadata.ts';

describe('the repositories that are known', () => {
  it('begin at a root that signs itself, or at a digest', () => {
    const { bootstrap } = PUBLIC_GOOD;
    expect(bootstrap.kind === 'root' && describeRoot(bootstrap.bytes)).toMatchObject({
      version: 16,
      expires: new Date('2027-04-22T19:27:31Z'),
    });
    for (const { url, bootstrap: pin } of [STAGING, GITHUB]) {
      expect(repositoryUrl(`${url}/`)).toBe(url);
      expect(pin).toMatchObject({ kind: 'pinned', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
  });

  it('say of the embedded root when it was signed at the earliest', () => {
    const { notBefore, rootVersion, trustedRoot } = embeddedTrust();
    expect(notBefore).toEqual(new Date('2026-10-07T19:27:31Z'));
    expect(rootVersion).toBe(16);
    expect(JSON.parse(Buffer.from(trustedRoot).toString())).toHaveProperty('tlogs');
  });
});

describe('repositoryUrl', () => {
  it.each([
    ['https://tuf.example//', 'https://tuf.example'],
    ['https://TUF.example:443/a/b/', 'https://tuf.example/a/b'],
    ['http://localhost:8080/', 'http://localhost:8080'],
  ])('spells %s as %s', (text, url) => expect(repositoryUrl(text)).toBe(url));

  it.each([
    'tuf.example',
    'http://tuf.example',
    'https://u:p@tuf.example',
    'https://tuf.example/?a',
    'file:///etc',
    '',
  ])('refuses %j', (text) =>
    expect(() => repositoryUrl(text)).toThrow(expect.objectContaining({ code: 'ERR_TUF_URL' })),
  );
});

/** What else than a typed error a reader threw. */
function foreignError(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof TufError ? undefined : error;
  }
}

describe('the readers', () => {
  const roles = fc.constantFrom('root', 'timestamp', 'snapshot', 'targets');
  const signed = fc.record(
    {
      _type: roles,
      version: fc.oneof(fc.integer(), fc.double(), fc.constant(1)),
      expires: fc.oneof(fc.string(), fc.constant('2049-12-31T23:59:59Z')),
      spec_version: fc.oneof(fc.string(), fc.constant('1.0.31')),
      keys: fc.jsonValue(),
      roles: fc.jsonValue(),
      meta: fc.jsonValue(),
      targets: fc.jsonValue(),
      delegations: fc.jsonValue(),
      consistent_snapshot: fc.boolean(),
    },
    { requiredKeys: ['_type', 'version', 'expires'] },
  );
  const document = fc.record({ signed, signatures: fc.jsonValue() });

  it('answer whatever comes as metadata with a typed error, or read it', () => {
    const inputs = fc.oneof(document, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value)));
    fc.assert(
      fc.property(roles, fc.oneof(inputs, fc.uint8Array()), (role, bytes) => {
        expect(foreignError(() => parseRoleMetadata(role, bytes))).toBeUndefined();
      }),
    );
  });

  it('read a cache as it was written', () => {
    const bytes = fc.uint8Array();
    const parts = fc.record({
      url: fc.webUrl(),
      refreshed: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
      roots: fc.array(bytes),
      timestamp: bytes,
      snapshot: bytes,
      targets: bytes,
      files: fc.constantFrom(new Map(), new Map([['a', new Uint8Array([1])]])),
    });
    fc.assert(
      fc.property(parts, (cached) => {
        const read = parseCachedRepository(Buffer.from(encodeCachedRepository(cached)));
        expect(read).toEqual({ ...cached, roots: cached.roots.map((root) => new Uint8Array(root)) });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (input) => {
        expect(foreignError(() => parseCachedRepository(input))).toBeUndefined();
      }),
    );
  });
});
