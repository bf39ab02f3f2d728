// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { EphemeralKey, judgeIssuedCertificate, SignError } from '../src/index.ts';
import { type LeafRecipe, ToyCa } from './support/toy-ca.ts';
import { leafRecipe } from './support/toy-fulcio.ts';
import { ISSUER, NOW, SUBJECT } from './support/toy-token.ts';

const ca = new ToyCa();
const key = new EphemeralKey();
const { trustedRoot } = ca;
const EXPECTED = {
  publicKeyInfo: key.publicKeyInfo,
  identity: { issuer: ISSUER, subject: { kind: 'uri', value: SUBJECT } },
  trustedRoot,
  now: NOW,
} as const;

function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

function leaf(change: Partial<LeafRecipe> = {}): Uint8Array {
  return ca.issue(leafRecipe(key.publicKeyInfo, change));
}

function refusalOf(der: Uint8Array, change: object = {}): SignError {
  try {
    judgeIssuedCertificate(der, { ...EXPECTED, ...change });
  } catch (error) {
    if (error instanceof SignError) return error;
    throw error;
  }
  throw new Error('the certificate was accepted');
}

describe('judgeIssuedCertificate', () => {
  it('accepts a certificate for our key and identity that the trusted root vouches for', () => {
    expect(judgeIssuedCertificate(leaf(), EXPECTED).claims.issuer).toBe(ISSUER);
  });

  it('accepts one from an authority whose clock is a little ahead of ours', () => {
    expect(judgeIssuedCertificate(leaf({ notBefore: after(59) }), EXPECTED).notBefore).toEqual(after(59));
  });

  it.each([
    ['another key', leaf({ publicKeyInfo: new EphemeralKey().publicKeyInfo }), 'another key'],
    ['another identity', leaf({ uri: `${SUBJECT}x` }), 'as the token does'],
    ['another issuer of the identity', leaf({ issuer: 'https://gitlab.com' }), 'names the issuer'],
    ['another purpose', leaf({ purpose: '1.3.6.1.5.5.7.3.1' }), 'not for code signing'],
    ['no timestamp of a log', leaf({ timestamped: false }), 'no signed certificate timestamp'],
    ['a validity that is over', leaf({ notBefore: after(-660), notAfter: after(-60) }), 'not valid'],
    ['a validity that begins much later', leaf({ notBefore: after(61) }), 'not valid'],
    [
      'an authority that nobody vouches for',
      new ToyCa().issue(leafRecipe(key.publicKeyInfo)),
      'no certificate authority',
    ],
    ['bytes that are no certificate', Uint8Array.of(0x30, 0), 'three parts'],
  ])('refuses one with %s', (_title, der, why) => {
    const error = refusalOf(der);
    expect(error.code).toBe('ERR_FULCIO_CERTIFICATE');
    expect(error.message).toContain(why);
  });

  it('refuses one that a log we do not know timestamped', () => {
    const error = refusalOf(leaf(), { trustedRoot: { ...trustedRoot, ctLogs: [] } });
    expect(error.cause).toMatchObject({ code: 'ERR_SCT' });
  });

  it('refuses an address where a workflow should stand', () => {
    const identity = { issuer: ISSUER, subject: { kind: 'email', value: SUBJECT } };
    expect(refusalOf(leaf(), { identity }).code).toBe('ERR_FULCIO_CERTIFICATE');
  });
});
