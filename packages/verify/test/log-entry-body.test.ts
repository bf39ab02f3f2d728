// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { encodePem } from '@colophon/pki';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLogEntryBody } from '../src/log-entry-body.ts';
import { text } from './der.ts';

const digest = { algorithm: 'sha256', value: 'ab'.repeat(32) };
const base64 = (value: string) => Buffer.from(value).toString('base64');
const pem = base64(encodePem(Uint8Array.of(0x30, 0), 'CERTIFICATE'));
const SAMPLES: Readonly<Record<string, object>> = {
  'hashedrekord/0.0.1': {
    data: { hash: digest },
    signature: { content: 'AAAA', publicKey: { content: pem } },
  },
  'hashedrekord/0.0.2': {
    hashedRekordV002: {
      data: { algorithm: 'SHA2_256', digest: Buffer.alloc(32).toString('base64') },
      signature: {
        content: 'AAAA',
        verifier: { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate: { rawBytes: 'AAAA' } },
      },
    },
  },
  'dsse/0.0.1': {
    envelopeHash: digest,
    payloadHash: digest,
    signatures: [{ signature: 'AAAA', verifier: pem }],
  },
  'intoto/0.0.2': {
    content: {
      envelope: { payloadType: 'x', signatures: [{ publicKey: pem, sig: base64('AAAA') }] },
      payloadHash: digest,
    },
  },
};

describe('the body of a log entry', () => {
  it.each(Object.entries(SAMPLES))('of %s is read, or refused by a typed error', (name, spec) => {
    const [kind = '', apiVersion = ''] = name.split('/');
    const good = JSON.stringify({ apiVersion, kind, spec });
    expect(parseLogEntryBody(text(good), kind, apiVersion).verifier.kind).toBe('certificate');
    const change = fc
      .tuple(
        fc.nat(good.length),
        fc.nat(12),
        fc.oneof(fc.json(), fc.string(), fc.constantFrom('null', '{}', '[]')),
      )
      .map(([at, gone, put]) => good.slice(0, at) + put + good.slice(at + gone));
    fc.assert(
      fc.property(fc.oneof(change, fc.json()), (body) => {
        try {
          parseLogEntryBody(text(body), kind, apiVersion);
        } catch (error) {
          expect(isAppError(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
