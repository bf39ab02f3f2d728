// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertCommandLine } from 'colophon/src/command-line.ts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Inputs, withoutInputs } from '../src/inputs.ts';
import { invocationOf } from '../src/invocation.ts';

const ROOT = join(import.meta.dirname, '../../..');

function invoke(values: Record<string, string>) {
  return invocationOf(new Inputs(environmentOf(values)));
}

function environmentOf(values: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

describe('the command line of a step', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'release dist'],
    ['a folder, by its old name', { packages_dir: 'out' }, 'release out'],
    ['a repository-url', { 'repository-url': 'https://x/' }, 'release --repository-url https://x/ dist'],
    ['skip-existing', { 'skip-existing': 'true' }, 'release --skip-existing dist'],
    ['print-hash and verbose', { 'print-hash': 'true', verbose: 'true' }, 'release --print-hash dist -v'],
    ['attestations', { attestations: 'true' }, 'release dist'],
    ['no attestations', { attestations: 'false' }, 'release --attestations off dist'],
    ['a publisher', { publisher: 'github:o/r/w.yml' }, 'release --publisher github:o/r/w.yml dist'],
    ['the user of trusted publishing', { user: '__token__' }, 'release dist'],
    ['another command', { command: 'publish', index: 'testpypi' }, 'publish --index testpypi dist'],
    ['attest', { command: 'attest', 'packages-dir': 'a b' }, 'attest a b'],
    ['check', { command: 'check', arguments: '--strict' }, 'check dist --strict'],
    ['doctor', { command: 'doctor', publisher: 'github:o/r' }, 'doctor --publisher github:o/r dist'],
    [
      'verify',
      { command: 'verify', files: `'a b.whl' c.whl`, repository: 'o/r', ref: 'refs/tags/v{version}' },
      'verify --repository o/r --ref refs/tags/v{version} a b.whl c.whl',
    ],
    [
      'verify by the index',
      { command: 'verify', source: 'index', index: 'testpypi', files: 'x==1' },
      'verify pypi --index testpypi x==1',
    ],
    ['verify a release', { command: 'verify', source: 'release', files: 'x==1' }, 'verify release x==1'],
    ['sign', { command: 'sign', inputs: '*.txt', staging: 'true' }, 'sign --staging *.txt'],
  ])('for %s', async (_, values, line) => {
    const { argv } = invoke(values);
    expect(argv.join(' ')).toBe(line);
    // The program knows every word of it.
    await expect(assertCommandLine(argv)).resolves.toBeUndefined();
  });

  it('keeps a password off the command line, and means it', () => {
    const { argv, environment } = invoke({ user: 'ci', password: 'of-a-test' });
    expect(argv).toEqual(['release', '--trusted-publishing', 'never', '--username', 'ci', 'dist']);
    expect(environment).toEqual({ UV_PUBLISH_PASSWORD: 'of-a-test' });
  });

  it('keeps a token off the command line', () => {
    const { argv, environment } = invoke({ command: 'sign', inputs: 'a', 'identity-token': 'of.a.test' });
    expect(argv).toEqual(['sign', 'a']);
    expect(environment).toEqual({ SIGSTORE_IDENTITY_TOKEN: 'of.a.test' });
  });

  it('verifies what it signed, by an identity that the step names', () => {
    const values = { command: 'sign', inputs: 'a', verify: 'true', 'verify-cert-identity': 'me@x' };
    expect(invoke({ ...values, 'verify-oidc-issuer': 'https://i' }).afterwards?.join(' ')).toBe(
      'verify identity --cert-identity me@x --cert-oidc-issuer https://i a',
    );
    expect(() => invoke(values)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  it('says that a release is always checked', () => {
    expect(invoke({ 'verify-metadata': 'false' }).warnings).toHaveLength(1);
    expect(invoke({ 'verify-metadata': 'true' }).warnings).toEqual([]);
    expect(invoke({ command: 'publish', 'verify-metadata': 'true' }).warnings).toHaveLength(1);
    expect(invoke({ command: 'publish', 'verify-metadata': 'false' }).warnings).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['an unknown command', { command: 'sandbox' }],
    ['a command of a prototype', { command: 'constructor' }],
    ['an unknown source', { command: 'verify', source: 'npm', files: 'a' }],
    ['a boolean that is none', { 'skip-existing': 'yes' }],
    ['two names that disagree', { 'packages-dir': 'a', packages_dir: 'b' }],
    ['a misspelt input', { publishr: 'github:o/r' }],
    ['an input of another command', { command: 'publish', store: 'github' }],
    ['a version of what is no distribution', { command: 'sign', inputs: 'a', version: 'v1' }],
    ['an index of a check', { command: 'check', index: 'testpypi' }],
    ['an option among files', { command: 'verify', files: 'a.whl --trusted-root=b.whl', repository: 'o/r' }],
    ['an option in the place of a folder', { 'packages-dir': '--attestations=off' }],
    ['an option among what is signed', { command: 'sign', inputs: '--staging a.txt' }],
    ['an upload of artifacts', { command: 'sign', 'upload-signing-artifacts': 'true' }],
  ])('refuses %s', (_, values) => {
    expect(() => invoke(values)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  it('leaves no input in the environment of the program', () => {
    expect(withoutInputs({ INPUT_PASSWORD: 'x', HOME: '/h' })).toEqual({ HOME: '/h' });
  });
});

describe('action.yml', () => {
  it.each(['.', 'sign', 'verify'])('in %s runs the bundle on node24', (folder) => {
    const { runs } = parse(readFileSync(join(ROOT, folder, 'action.yml'), 'utf8'));
    expect(runs.using).toBe('node24');
    expect(join(ROOT, folder, runs.main)).toBe(join(ROOT, 'action/colophon.mjs'));
  });

  it.each(['.', 'sign', 'verify'])('in %s declares no input that nobody reads', (folder) => {
    const { inputs } = parse(readFileSync(join(ROOT, folder, 'action.yml'), 'utf8'));
    const sources = ['invocation'].map((name) =>
      readFileSync(join(ROOT, `apps/action/src/${name}.ts`), 'utf8'),
    );
    const unread = Object.keys(inputs).filter((name) => !sources.join('').includes(`'${name}'`));
    expect(unread).toEqual([]);
  });
});
