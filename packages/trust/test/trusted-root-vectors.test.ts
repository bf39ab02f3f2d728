// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { haveVectors, listVectors, readVectorText, vectorPath } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  embeddedSigningConfig,
  embeddedTrustedRoot,
  parseSigningConfig,
  parseTrustedRoot,
} from '../src/index.ts';

const cases = 'conformance/bundle-verify';
const roots = [
  'trust/public-good/trusted_root.json',
  'trust/staging/trusted_root.json',
  'trust/github/trusted_root.json',
  ...listVectors(cases)
    .map((name) => `${cases}/${name}/trusted_root.json`)
    .filter((path) => existsSync(vectorPath(path))),
];
const bad = `${cases}/trust-root-tlog-missing-validity-start_fail/trusted_root.json`;

describe.runIf(haveVectors)('real trusted roots', () => {
  it('finds them', () => {
    expect(roots).toHaveLength(41);
  });

  it.each(roots.filter((path) => path !== bad))('reads %s', (path) => {
    const root = parseTrustedRoot(readVectorText(path));
    const document = JSON.parse(readVectorText(path));
    expect(root.transparencyLogs).toHaveLength(document.tlogs?.length ?? 0);
    expect(root.ctLogs).toHaveLength(document.ctlogs?.length ?? 0);
    expect(root.certificateAuthorities).toHaveLength(document.certificateAuthorities.length);
    expect(root.timestampAuthorities).toHaveLength(document.timestampAuthorities.length);
  });

  it('refuses a log key that does not say since when it is valid', () => {
    expect(() => parseTrustedRoot(readVectorText(bad))).toThrowError(
      expect.objectContaining({
        code: 'ERR_TRUSTED_ROOT',
        message: expect.stringContaining('$.tlogs[1].publicKey.validFor: expected key "start"'),
      }),
    );
  });

  it('takes null fields for absent ones', () => {
    const text = readVectorText(`${cases}/trust-root-tlog-validity-end-inclusive/trusted_root.json`);
    expect(text).toContain('null');
    expect(parseTrustedRoot(text)).toEqual(
      parseTrustedRoot(text.replaceAll(/"[A-Za-z]+":\s*null,|,\s*"[A-Za-z]+":\s*null/g, '')),
    );
  });

  it('reads the staging log whose key is a bare RSA key', () => {
    const { ctLogs } = parseTrustedRoot(readVectorText('trust/staging/trusted_root.json'));
    expect(ctLogs[0]).toMatchObject({
      keyDetails: 'PKCS1_RSA_PKCS1V5',
      baseUrl: 'https://ctfe.sigstage.dev/test',
    });
    expect(ctLogs[0]?.publicKey.asymmetricKeyType).toBe('rsa');
  });

  it('embeds the root and the services of the public-good instance', () => {
    expect(embeddedTrustedRoot()).toEqual(
      parseTrustedRoot(readVectorText('trust/public-good/trusted_root.json')),
    );
    expect(embeddedSigningConfig()).toEqual(
      parseSigningConfig(readVectorText('trust/public-good/signing_config.v0.2.json')),
    );
  });
});
