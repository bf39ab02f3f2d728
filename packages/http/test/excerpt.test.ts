// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayUrl, excerpt, isLoopback } from '../src/index.ts';

describe('excerpt', () => {
  it('is one short line without control characters, whatever the server sent', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.string({ unit: 'binary', maxLength: 2000 })),
        (source) => {
          const text = excerpt(source);
          expect(text.length).toBeLessThanOrEqual(303);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });

  it('never holds a declared secret, wherever it stands', () => {
    const secret = fc.stringMatching(/^[\w./+=-]{8,60}$/);
    fc.assert(
      fc.property(
        secret,
        fc.string({ maxLength: 400 }),
        fc.string({ maxLength: 400 }),
        (hidden, before, after) => {
          expect(excerpt(before + hidden + after, [hidden])).not.toContain(hidden);
        },
      ),
    );
  });

  it.each([
    ['a web token', 'bad token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln here'],
    ['the beginning of one', 'bad token eyJhbGciOiJub25lIn0 here'],
    ['an index token', 'bad token pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAw here'],
    ['an authorization header', 'bad token Bearer c29tZS1vcGFxdWUtdG9rZW4= here'],
  ])('hides %s that nobody declared', (_title, text) => {
    expect(excerpt(text)).toMatch(/^bad token \[redacted\] here$/);
  });
});

describe('displayUrl', () => {
  it('shows neither userinfo nor query nor fragment', () => {
    const shown = displayUrl(new URL('https://user:pw@a.example:8443/p/q?token=abc#frag'));
    expect(shown).toBe('https://a.example:8443/p/q?...');
  });
});

describe('isLoopback', () => {
  it.each([
    ['http://127.0.0.1:1/', true],
    ['http://[::1]/', true],
    ['http://localhost/', true],
    ['http://a.localhost/', true],
    ['http://2130706433/', true],
    ['http://localhost.example/', false],
    ['http://127.0.0.1.example/', false],
    ['http://10.0.0.1/', false],
    ['http://[::ffff:127.0.0.1]/', false],
  ])('%s: %s', (url, expected) => {
    expect(isLoopback(new URL(url))).toBe(expected);
  });
});
