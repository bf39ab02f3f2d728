// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { decodePem } from '@colophon/pki';
import { describe, expect, it } from 'vitest';
import { encodeDer, encodeOid } from '../src/der-encoding.ts';
import { encodeCertificateRequest, EphemeralKey } from '../src/index.ts';
import { childrenOf, keyOfRequest } from './support/toy-fulcio.ts';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describe('encodeCertificateRequest', () => {
  it('writes a request for our key, signed by it, with an empty subject and no authority', () => {
    const key = new EphemeralKey();
    const pem = encodeCertificateRequest(key);
    expect(keyOfRequest(pem)).toEqual(key.publicKeyInfo);
    const [info, algorithm] = childrenOf(decodePem(pem, 'CERTIFICATE REQUEST')[0] ?? new Uint8Array());
    const [version, subject, , attributes] = childrenOf(info ?? new Uint8Array());
    expect(hex(version)).toBe('020100');
    expect(hex(subject)).toBe('3000');
    expect(hex(algorithm)).toBe('300a06082a8648ce3d040302');
    expect(hex(attributes)).toBe('a01f301d06092a864886f70d01090e3110300e300c0603551d130101ff04023000');
  });

  it.runIf(hasOpenssl())('is read and verified by OpenSSL', () => {
    const input = encodeCertificateRequest(new EphemeralKey());
    const text = execFileSync('openssl', ['req', '-verify', '-noout', '-text'], {
      input,
      stdio: 'pipe',
    }).toString();
    expect(text).toContain('CA:FALSE');
    expect(text).toContain('ecdsa-with-SHA256');
    expect(text).toContain('X509v3 Basic Constraints: critical');
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    process.stderr.write('SKIPPED: a certificate request before openssl, for there is none here\n');
    return false;
  }
}

describe('encodeDer', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [65_536, '0483010000'],
  ])('writes a length of %i in its shortest form', (length, start) => {
    expect(hex(encodeDer(0x04, new Uint8Array(length))).slice(0, start.length)).toBe(start);
  });

  it.each([
    ['1.2.840.113549.1.9.14', '06092a864886f70d01090e'],
    ['2.5.29.19', '0603551d13'],
    ['1.3.6.1.4.1.57264.1.8', '060a2b0601040183bf300108'],
  ])('writes the object identifier %s', (oid, bytes) => {
    expect(hex(encodeOid(oid))).toBe(bytes);
  });
});

describe('EphemeralKey', () => {
  it('is a P-256 key that signs until it is destroyed', () => {
    const key = new EphemeralKey();
    const { asymmetricKeyDetails } = createPublicKey({
      key: Buffer.from(key.publicKeyInfo),
      format: 'der',
      type: 'spki',
    });
    expect(asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    key.sign(Uint8Array.of(1));
    key.destroy();
    expect(() => key.sign(Uint8Array.of(1))).toThrowError(TypeError);
  });
});
