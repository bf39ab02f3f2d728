// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { haveVectors } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../src/identity/identity-pattern.ts';
import { openWorld, PRODUCTION } from './support/world.ts';

const expression = (pattern: string) =>
  pattern.replaceAll('.', String.raw`\.`).replaceAll(/\*+/g, (stars) => (stars === '*' ? '[^/@]*' : '.*'));

describe('a pattern of an identity', () => {
  it.each([
    [
      'https://github.com/o/r/.github/workflows/*.yml@refs/tags/v1',
      'https://github.com/o/r/.github/workflows/a.yml@refs/tags/v1',
      true,
    ],
    ['https://github.com/o/*', 'https://github.com/o/r', true],
    ['https://github.com/o/*', 'https://github.com/o/r/s', false],
    ['https://github.com/o/*', 'https://github.com/o/r@x', false],
    ['https://github.com/o/**', 'https://github.com/o/r/s@refs/tags/v1', true],
    ['https://github.com/o/r', 'https://github.com/o/r-evil', false],
    ['*@python.org', 'a@python.org', true],
    ['*@python.org', 'a@evil.org@python.org', false],
    ['*@python.org', 'a@pythonXorg', false],
    ['*@python.org', 'a@python.org\n', false],
    ['**', 'any\nthing', true],
    ['a*', 'A', false],
    ['a?', 'ab', false],
    ['[ab]', 'a', false],
    ['', '', true],
    ['a***b', 'a/@b', true],
    ['**/*@*', 'a/b/c@d', true],
    ['**/*@*', 'a/b/c@d/e', false],
    ['*\u{1f40d}*', 'a\u{1f40d}b', true],
  ])('%s and %j: %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });

  it('is as a regular expression would have it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '@', '.'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '/', '@', '.', '*', '**'), maxLength: 8 });
    const holds = fc.property(glob, text, (pattern, name) => {
      expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${expression(pattern)}$`).test(name));
    });
    expect(fc.check(holds, { numRuns: 2000 }).failed).toBe(false);
  });

  // The name may be as long as a certificate, and nobody has verified it yet.
  it.each([
    ['**a**a**a**b', 'a'],
    ['*-*-*-*@x', '-'],
  ])('%s costs no more for a long name than its length', (pattern, character) => {
    expect(matchesPattern(pattern, character.repeat(60_000))).toBe(false);
  });

  it('without stars names only itself', () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !text.includes('*'));
    const holds = fc.property(plain, plain, (a, b) => {
      expect([matchesPattern(a, a), matchesPattern(a, b)]).toEqual([true, a === b]);
    });
    expect(fc.check(holds).failed).toBe(false);
  });
});

describe.runIf(haveVectors)('verify by a pattern', () => {
  const SDIST = 'pypi_attestations-0.0.19.tar.gz';
  const verify = (pattern: string, issuer = 'https://token.actions.githubusercontent.com') => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    const identity = ['--cert-identity-pattern', pattern, '--cert-oidc-issuer', issuer];
    return world.run('verify', SDIST, ...identity, ...PRODUCTION);
  };
  const WORKFLOW = 'https://github.com/trailofbits/pypi-attestations/.github/workflows';

  it.each([
    [`${WORKFLOW}/release.yml@refs/tags/*`, 0],
    [`${WORKFLOW}/**`, 0],
    [`${WORKFLOW}/*`, 30],
    ['https://github.com/octo-org/**', 30],
    ['trailofbits', 30],
  ])('%s gives %i', async (pattern, status) => {
    const run = await verify(pattern);
    expect(run.status).toBe(status);
    if (status !== 0) expect(run.stderr).toContain('error[ERR_IDENTITY]');
  });

  it('another issuer’s name does not count', async () => {
    expect(await verify('**', 'https://gitlab.com')).toMatchObject({ status: 30 });
  });
});
