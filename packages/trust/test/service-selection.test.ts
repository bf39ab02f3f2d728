// SPDX-License-Identifier: Apache-2.0
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  embeddedSigningConfig,
  parseSigningConfig,
  selectServices,
  type SelectionOptions,
} from '../src/index.ts';
import { service, signingConfig, START } from './documents.ts';

const now = new Date('2026-11-21T12:00:00Z');
const options: SelectionOptions = { now, rekorApiVersions: [1, 2], timestamps: false };

function logs(services: object[], selector: object, changes: Partial<SelectionOptions> = {}): string[] {
  const config = parseSigningConfig(signingConfig({ rekorTlogUrls: services, rekorTlogConfig: selector }));
  return selectServices(config, { ...options, ...changes }).logs.map(({ url }) => new URL(url).hostname);
}

const from = (start: string, changes: object = {}) => ({ validFor: { start }, ...changes });
const ANY = { selector: 'ANY' };
const ALL = { selector: 'ALL' };
const exactly = (count: number) => ({ selector: 'EXACT', count });

const a1 = service('https://a1', { operator: 'a' });
const a1newer = service('https://a1newer', from('2026-02-01T00:00:00Z', { operator: 'a' }));
const a2 = service('https://a2', { operator: 'a', majorApiVersion: 2 });
const b1 = service('https://b1', { operator: 'b' });
const b2 = service('https://b2', { operator: 'b', majorApiVersion: 2 });
const c1 = service('https://c1', { operator: 'c' });
const a0 = service('https://a0', { operator: 'a', majorApiVersion: 0 });
const a3 = service('https://a3', { operator: 'a', majorApiVersion: 3 });
const future = service('https://future', from('2099-01-01T00:00:00Z'));
const ended = service('https://ended', { validFor: { start: START, end: '2026-11-21T11:59:59Z' } });
const endsNow = service('https://endsnow', { validFor: { start: START, end: now.toISOString() } });
const startsNow = service('https://startsnow', from(now.toISOString()));

describe('selectServices', () => {
  it.each<[string, object[], object, string[]]>([
    ['passes over a service that begins in the future', [future, a1], ANY, ['a1']],
    ['passes over a service that has ended', [ended, a1], ANY, ['a1']],
    ['takes one that begins at this moment', [startsNow], ANY, ['startsnow']],
    ['takes one that ends at this moment', [endsNow], ANY, ['endsnow']],
    ['never takes version 0', [a0, a1], ANY, ['a1']],
    ['passes over a version that it does not speak', [a3, a1], ANY, ['a1']],
    ['prefers the higher version to the newer start', [a1newer, a2], ANY, ['a2']],
    ['prefers the newer start within a version', [a1, a1newer], ANY, ['a1newer']],
    ['keeps the order of the document between equal starts', [b1, a1], ANY, ['b1']],
    ['takes one log with ANY', [a1, b1], ANY, ['a1']],
    ['takes one log of each operator with ALL', [a1, a1newer, b1], ALL, ['a1newer', 'b1']],
    ['does not mix versions with ALL', [a1, a2, b1, c1], ALL, ['a2']],
    ['takes so many with EXACT', [a1, b1, c1], exactly(2), ['a1', 'b1']],
    ['does not mix versions with EXACT', [a1, a2, b1, b2], exactly(2), ['a2', 'b2']],
    ['falls back to a version of which there are enough', [a2, a1, b1], exactly(2), ['a1', 'b1']],
  ])('%s', (_title, services, selector, expected) => {
    expect(logs(services, selector)).toEqual(expected);
  });

  it.each<[string, object[], object | null]>([
    ['no service', [], ANY],
    ['only a service that begins in the future', [future], ALL],
    ['too few operators for EXACT', [a1, a1newer], exactly(2)],
    ['too few of one version for EXACT', [a1, b2], exactly(2)],
    ['no word on how many', [a1], null],
  ])('refuses %s', (_title, services, selector) => {
    expect(() => logs(services, selector as object)).toThrowError(
      expect.objectContaining({
        code: 'ERR_SIGNING_CONFIG',
        message: expect.stringContaining('transparency log'),
      }),
    );
  });

  it('takes logs only of the versions that the caller can use', () => {
    expect(logs([a2, a1], ANY, { rekorApiVersions: [1] })).toEqual(['a1']);
    expect(logs([a2, a1], ANY, { rekorApiVersions: [2] })).toEqual(['a2']);
    expect(() => logs([a2], ANY, { rekorApiVersions: [1] })).toThrowError(
      expect.objectContaining({ code: 'ERR_SIGNING_CONFIG' }),
    );
    expect(() => logs([a0], ANY, { rekorApiVersions: [0] })).toThrowError(
      expect.objectContaining({ code: 'ERR_SIGNING_CONFIG' }),
    );
  });

  it('takes one certificate authority, the newest, and one OIDC provider', () => {
    const caUrls = [service('https://old'), service('https://new', from('2026-01-01T00:00:00Z')), future];
    const config = parseSigningConfig(signingConfig({ caUrls, oidcUrls: [future] }));
    expect(selectServices(config, options)).toMatchObject({ fulcioUrl: 'https://new' });
    expect(selectServices(config, options)).not.toHaveProperty('oidcUrl');
    expect(selectServices(parseSigningConfig(signingConfig()), options).oidcUrl).toBe('https://oidc.example');
  });

  it('refuses a configuration without a certificate authority', () => {
    const config = parseSigningConfig(signingConfig({ caUrls: [future] }));
    expect(() => selectServices(config, options)).toThrowError('certificate authority');
  });

  it('chooses timestamp authorities by the same rules, when they are wanted', () => {
    const tsaUrls = [future, a1, b1];
    const config = parseSigningConfig(signingConfig({ tsaUrls, tsaConfig: ALL }));
    expect(selectServices(config, options).timestampAuthorities).toEqual([]);
    const chosen = selectServices(config, { ...options, timestamps: true }).timestampAuthorities;
    expect(chosen.map(({ url }) => url)).toEqual(['https://a1', 'https://b1']);
  });

  it.each([
    ['no timestamp authority', { tsaUrls: [] }],
    ['no word on how many', { tsaConfig: null }],
  ])('refuses %s when timestamps are wanted', (_title, changes) => {
    const config = parseSigningConfig(signingConfig(changes));
    expect(selectServices(config, options).timestampAuthorities).toEqual([]);
    expect(() => selectServices(config, { ...options, timestamps: true })).toThrowError(
      'timestamp authority',
    );
  });

  it('finds the public-good services in what is embedded', () => {
    expect(
      selectServices(embeddedSigningConfig(), { now, rekorApiVersions: [1], timestamps: true }),
    ).toMatchObject({
      fulcioUrl: 'https://fulcio.sigstore.dev',
      oidcUrl: 'https://oauth2.sigstore.dev/auth',
      logs: [{ url: 'https://rekor.sigstore.dev', majorApiVersion: 1, operator: 'sigstore.dev' }],
      timestampAuthorities: [{ url: 'https://timestamp.sigstore.dev/api/v1/timestamp' }],
    });
  });
});

describe.runIf(haveVectors)('the services of a real configuration', () => {
  it.each<[string, number[], string]>([
    ['public-good/signing_config.v0.2.json', [1, 2], 'https://rekor.sigstore.dev'],
    ['public-good/signing_config_rekor_v2.v0.2.json', [1, 2], 'https://log2025-1.rekor.sigstore.dev'],
    ['public-good/signing_config_rekor_v2.v0.2.json', [1], 'https://rekor.sigstore.dev'],
    ['staging/signing_config.v0.2.json', [1, 2], 'https://global.rekor.sigstage.dev'],
    ['staging/signing_config.v0.2.json', [1], 'https://rekor.sigstage.dev'],
  ])('%s, for Rekor %s', (path, rekorApiVersions, url) => {
    const config = parseSigningConfig(readVectorText(`trust/${path}`));
    expect(selectServices(config, { ...options, rekorApiVersions }).logs).toMatchObject([{ url }]);
  });
});
