// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseClientTrustConfig, parseSigningConfig } from '../src/index.ts';
import { service, signingConfig, START, trustedRoot } from './documents.ts';

function parsed(url: string): object[] {
  return [{ url, majorApiVersion: 1, validFor: { start: new Date(START) }, operator: 'example' }];
}

describe('parseSigningConfig', () => {
  it('reads a configuration', () => {
    expect(parseSigningConfig(signingConfig({ tsaConfig: { selector: 'EXACT', count: 2 } }))).toEqual({
      certificateAuthorities: parsed('https://ca.example'),
      oidcProviders: parsed('https://oidc.example'),
      transparencyLogs: parsed('https://log.example'),
      transparencyLogSelector: { selector: 'ANY' },
      timestampAuthorities: parsed('https://tsa.example/timestamp'),
      timestampAuthoritySelector: { selector: 'EXACT', count: 2 },
    });
  });

  it('takes what protobuf leaves out for its default', () => {
    const bare = { url: 'http://localhost:1', validFor: { start: START, end: null } };
    const config = parseSigningConfig(
      signingConfig({
        caUrls: [bare],
        tsaUrls: null,
        tsaConfig: null,
        rekorTlogConfig: { selector: 'ALL', count: 0 },
      }),
    );
    expect(config).toMatchObject({
      certificateAuthorities: [{ majorApiVersion: 0, operator: '' }],
      transparencyLogSelector: { selector: 'ALL' },
      timestampAuthorities: [],
    });
    expect(config).not.toHaveProperty('timestampAuthoritySelector');
  });

  it.each(['ANY', 'ALL'])('passes over a count beside %s, which is of EXACT alone', (selector) => {
    const config = parseSigningConfig(signingConfig({ tsaConfig: { selector, count: 2 } }));
    expect(config.timestampAuthoritySelector).toEqual({ selector });
  });

  it.each<[string, object]>([
    ['version 0.1', { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' }],
    ['no media type', { mediaType: undefined }],
    ['an unknown key', { caUrl: 'https://ca.example' }],
    ['a list of URLs', { caUrls: ['https://ca.example'] }],
    ['an unknown key in a service', { caUrls: [service('https://ca.example', { extra: 1 })] }],
    ['a service without a start', { caUrls: [service('https://ca.example', { validFor: {} })] }],
    ['a service without validity', { caUrls: [service('https://ca.example', { validFor: undefined })] }],
    ['a version in text', { caUrls: [service('https://ca.example', { majorApiVersion: '1' })] }],
    ['a negative version', { caUrls: [service('https://ca.example', { majorApiVersion: -1 })] }],
    ['half a version', { caUrls: [service('https://ca.example', { majorApiVersion: 1.5 })] }],
    ['a file', { caUrls: [service('file:///etc/passwd')] }],
    ['an address that is none', { caUrls: [service('ca.example')] }],
    ['an address with a password', { caUrls: [service('https://u:p@ca.example')] }],
    ['an address with a query', { caUrls: [service('https://ca.example?x=1')] }],
    ['an unknown selector', { rekorTlogConfig: { selector: 'SOME' } }],
    ['an undefined selector', { rekorTlogConfig: { selector: 'SERVICE_SELECTOR_UNDEFINED' } }],
    ['no selector', { rekorTlogConfig: {} }],
    ['EXACT without a count', { rekorTlogConfig: { selector: 'EXACT' } }],
    ['EXACT none', { rekorTlogConfig: { selector: 'EXACT', count: 0 } }],
  ])('refuses %s', (_title, changes) => {
    expect(() => parseSigningConfig(signingConfig(changes))).toThrowError(
      expect.objectContaining({ code: 'ERR_SIGNING_CONFIG' }),
    );
  });
});

describe('parseClientTrustConfig', () => {
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  const parts = { trustedRoot: JSON.parse(trustedRoot()), signingConfig: JSON.parse(signingConfig()) };

  it('reads both parts', () => {
    const config = parseClientTrustConfig(JSON.stringify({ mediaType, ...parts }));
    expect(config.trustedRoot.transparencyLogs).toHaveLength(1);
    expect(config.signingConfig).toEqual(parseSigningConfig(signingConfig()));
  });

  it.each<[string, object]>([
    ['another media type', { mediaType: 'x', ...parts }],
    ['no trusted root', { mediaType, signingConfig: parts.signingConfig }],
    ['no signing configuration', { mediaType, ...parts, signingConfig: null }],
    ['an unknown key', { mediaType, ...parts, extra: 1 }],
    ['a root that is none', { mediaType, ...parts, trustedRoot: {} }],
  ])('refuses %s', (_title, document) => {
    expect(() => parseClientTrustConfig(JSON.stringify(document))).toThrowError(
      expect.objectContaining({ code: 'ERR_TRUST_CONFIG' }),
    );
  });
});
