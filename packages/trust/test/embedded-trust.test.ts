// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { embeddedTrustedRoot } from '../src/index.ts';

describe('the embedded trusted root', () => {
  it('is that of the public-good instance', () => {
    const { transparencyLogs, certificateAuthorities } = embeddedTrustedRoot();
    expect(transparencyLogs.map(({ baseUrl }) => baseUrl)).toContain('https://rekor.sigstore.dev');
    expect(certificateAuthorities.map(({ uri }) => uri)).toContain('https://fulcio.sigstore.dev');
    expect(embeddedTrustedRoot()).toBe(embeddedTrustedRoot());
  });

  it('loads no network client', () => {
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    expect(loaded.filter((path) => /tuf-js|@sigstore[\\/]tuf[\\/]dist/.test(path))).toEqual([]);
  });
});
