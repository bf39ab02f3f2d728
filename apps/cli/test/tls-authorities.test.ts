// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage();
  await stage.write('text', 'not a certificate');
  await stage.write('der', Uint8Array.of(0x30, 0x82, 0xff, 0xfe));
  await stage.write('broken', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});
afterAll(() => stage.close());

it.each([
  ['text', 'ERR_TLS_FILE', 'text holds no certificate in PEM'],
  ['der', 'ERR_TLS_FILE', 'der holds no certificate in PEM'],
  ['broken', 'ERR_TLS_FILE', 'broken holds a certificate that cannot be read'],
  ['missing', 'ERR_READ_FILE', 'missing cannot be read'],
])('authorities that would be none are refused before anything is asked: %s', async (file, code, words) => {
  stage.taken();
  const environment = { GITHUB_ACTIONS: '' };
  for (const [argv, change] of [
    [['token', '--ca-cert', file], { environment }],
    [['token'], { environment: { ...environment, SSL_CERT_FILE: file } }],
  ] as const) {
    const run = await stage.run(argv, change);
    expect(run).toMatchObject({ status: 21, report: { error: { code } } });
    expect(run.stderr).toContain(words);
  }
  expect(stage.taken()).toEqual([]);
});
