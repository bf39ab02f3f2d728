// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePem, encodePem, importPublicKey } from '../src/index.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });

describe('PEM', () => {
  it('round-trips any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (der) => {
        const text = encodePem(der, 'CERTIFICATE');
        expect(decodePem(text, 'CERTIFICATE')).toEqual([der]);
        expect(decodePem(`${text}\n${text}`.replaceAll('\n', '\r\n'), 'CERTIFICATE')).toEqual([der, der]);
        for (const line of text.split('\n').slice(1, -3)) expect(line).toHaveLength(64);
      }),
    );
  });

  const block = encodePem(Uint8Array.of(1, 2, 3), 'CERTIFICATE');
  it.each([
    ['', 'nothing'],
    ['x', 'text'],
    [`x\n${block}`, 'text before a block'],
    [`${block}x`, 'text after a block'],
    [block.replaceAll('CERTIFICATE', 'PUBLIC KEY'), 'another label'],
    [block.replace('END CERTIFICATE', 'END X509 CRL'), 'labels that differ'],
    [block.replace('AQID', 'AQI'), 'bad base64'],
    [block.replace('AQID', 'Proc-Type: 4'), 'headers'],
  ])('refuses %j: %s', (text) => {
    expect(() => decodePem(text, 'CERTIFICATE')).toThrowError(throwsCode('ERR_PEM'));
  });
});

const spki = (type: 'ec' | 'ed25519', curve = 'P-256') =>
  type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ type: 'spki', format: 'der' })
    : generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });

describe('importPublicKey', () => {
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it('takes the keys of Sigstore', () => {
    for (const curve of ['P-256', 'P-384', 'P-521'])
      expect(importPublicKey(spki('ec', curve)).asymmetricKeyType).toBe('ec');
    expect(importPublicKey(spki('ed25519')).asymmetricKeyType).toBe('ed25519');
    expect(importPublicKey(rsa.export({ type: 'spki', format: 'der' })).equals(rsa)).toBe(true);
    expect(importPublicKey(rsa.export({ type: 'pkcs1', format: 'der' }), 'pkcs1').equals(rsa)).toBe(true);
  });

  const x25519 = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'der' });
  const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  it.each<[string, Uint8Array]>([
    ['a curve of Bitcoin', spki('ec', 'secp256k1')],
    ['a key that cannot sign', x25519],
    ['RSA of 1024 bits', shortRsa.export({ type: 'spki', format: 'der' })],
    ['bytes after the key', Buffer.concat([spki('ec'), Buffer.of(0)])],
    ['what is no key', Uint8Array.of(1, 2, 3)],
    ['PKCS #1 where SPKI belongs', rsa.export({ type: 'pkcs1', format: 'der' })],
  ])('refuses %s', (_title, der) => {
    expect(() => importPublicKey(der)).toThrowError(throwsCode('ERR_CERTIFICATE'));
  });
});
