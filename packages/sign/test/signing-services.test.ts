// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { type Service, type SigningConfig, TrustError } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import { openWitness, selectSigningServices, SignatureWitness, type SigningPurpose } from '../src/index.ts';
import { ToyCa } from './support/toy-ca.ts';
import { NOW } from './support/toy-token.ts';

const TSA = 'https://tsa.example/stamp';

function service(url: string, majorApiVersion: number, operator = 'a'): Service {
  return { url, majorApiVersion, operator, validFor: { start: new Date(NOW.getTime() - 1000) } };
}

function config(change: Partial<SigningConfig> = {}): SigningConfig {
  return {
    certificateAuthorities: [service('https://ca.example', 1)],
    oidcProviders: [],
    transparencyLogs: [service('https://v1.example', 1), service('https://v2.example', 2)],
    transparencyLogSelector: { selector: 'ANY' },
    timestampAuthorities: [service(TSA, 1)],
    timestampAuthoritySelector: { selector: 'ANY' },
    ...change,
  };
}

const { timestampAuthoritySelector: _, ...WITHOUT_SELECTOR } = config({ timestampAuthorities: [] });
const NO_TSA = { timestampAuthorities: [] };
const ONLY_V1 = { transparencyLogs: [service('https://v1.example', 1)] };
const TWO_V1 = {
  transparencyLogs: [service('https://v1.example', 1), service('https://v1b.example', 1, 'b')],
  transparencyLogSelector: { selector: 'ALL' },
} as const;

const select = (change: Partial<SigningConfig>, purpose: Omit<SigningPurpose, 'now'>) =>
  selectSigningServices(config(change), { now: NOW, ...purpose });

describe('selectSigningServices', () => {
  it.each<[string, Partial<SigningConfig>, Omit<SigningPurpose, 'now'>, string[]]>([
    ['v1 and no timestamp for PEP 740', {}, { output: 'pep740' }, ['https://v1.example']],
    ['v1 and a timestamp for both forms', {}, { output: 'both' }, ['https://v1.example', TSA]],
    ['v2 and a timestamp for a bundle', {}, { output: 'bundle' }, ['https://v2.example', TSA]],
    ['v1, where it is asked for', {}, { output: 'bundle', rekorVersion: 1 }, ['https://v1.example', TSA]],
    [
      'v1 without a timestamp, where there is no authority',
      { ...ONLY_V1, ...NO_TSA },
      { output: 'bundle' },
      ['https://v1.example'],
    ],
    [
      'every operator’s log',
      TWO_V1,
      { output: 'bundle' },
      ['https://v1.example', 'https://v1b.example', TSA],
    ],
  ])('chooses %s', (_title, change, purpose, urls) => {
    const services = select(change, purpose);
    expect([...services.logs, ...services.timestampAuthorities].map(({ url }) => url)).toEqual(urls);
    const http = new HttpClient({ userAgent: 'colophon-test/1' });
    expect(openWitness(services, new ToyCa().trustedRoot, { http })).toBeInstanceOf(SignatureWitness);
  });

  it('needs no word about timestamps where there is no authority', () => {
    const services = selectSigningServices(
      { ...WITHOUT_SELECTOR, ...ONLY_V1 },
      { now: NOW, output: 'bundle' },
    );
    expect(services.timestampAuthorities).toEqual([]);
  });

  it.each<[string, Partial<SigningConfig>, Omit<SigningPurpose, 'now'>]>([
    ['v2 without an authority', NO_TSA, { output: 'bundle' }],
    ['two logs for PEP 740', TWO_V1, { output: 'pep740' }],
    ['two logs for both forms', TWO_V1, { output: 'both' }],
    ['v2 for PEP 740', {}, { output: 'pep740', rekorVersion: 2 }],
    ['v2 where there is none', ONLY_V1, { output: 'bundle', rekorVersion: 2 }],
    ['v2 alone for PEP 740', { transparencyLogs: [service('https://v2.example', 2)] }, { output: 'pep740' }],
    [
      'an authority whose time is over',
      {
        ...ONLY_V1,
        timestampAuthorities: [
          { ...service('https://tsa.example', 1), validFor: { start: new Date(0), end: new Date(1) } },
        ],
      },
      { output: 'bundle' },
    ],
  ])('refuses %s', (_title, change, purpose) => {
    expect(() => select(change, purpose)).toThrowError(TrustError);
  });
});
