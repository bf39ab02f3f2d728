// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { embeddedTrustedRoot } from '../src/index.ts';

export const ROOT_MEDIA_TYPE = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
export const CONFIG_MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
export const START = '2024-01-01T00:00:00Z';

const { publicKey: p256 } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { publicKey: ed25519 } = generateKeyPairSync('ed25519');
const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const keys = { p256, ed25519, rsa };

export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function base64Sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64');
}

interface LogChanges {
  readonly log?: object;
  readonly publicKey?: object;
}

/** A log in a trusted root, valid but for the changes. */
export function log(key: KeyObject, keyDetails: string, changes: LogChanges = {}): object {
  const rawBytes = spkiOf(key);
  return {
    baseUrl: 'https://log.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: rawBytes.toString('base64'),
      keyDetails,
      validFor: { start: START },
      ...changes.publicKey,
    },
    logId: { keyId: base64Sha256(rawBytes) },
    ...changes.log,
  };
}

export function p256Log(changes: LogChanges = {}): object {
  return log(keys.p256, 'PKIX_ECDSA_P256_SHA_256', changes);
}

/** A real certificate of an authority, in base64. */
export const certificate = Buffer.from(
  embeddedTrustedRoot().certificateAuthorities[0]?.chain[0] ?? [],
).toString('base64');

export function authority(changes: object = {}): object {
  return {
    subject: { organization: 'o', commonName: 'c' },
    uri: 'https://ca.example',
    certChain: { certificates: [{ rawBytes: certificate }] },
    validFor: { start: START },
    ...changes,
  };
}

export function trustedRoot(changes: object = {}): string {
  return JSON.stringify({
    mediaType: ROOT_MEDIA_TYPE,
    tlogs: [p256Log()],
    ctlogs: [p256Log()],
    certificateAuthorities: [authority()],
    timestampAuthorities: [authority()],
    ...changes,
  });
}

export function service(url: string, changes: object = {}): object {
  return { url, majorApiVersion: 1, validFor: { start: START }, operator: 'example', ...changes };
}

export function signingConfig(changes: object = {}): string {
  return JSON.stringify({
    mediaType: CONFIG_MEDIA_TYPE,
    caUrls: [service('https://ca.example')],
    oidcUrls: [service('https://oidc.example')],
    rekorTlogUrls: [service('https://log.example')],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service('https://tsa.example/timestamp')],
    tsaConfig: { selector: 'ANY' },
    ...changes,
  });
}
