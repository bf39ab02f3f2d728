// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  authorityKey,
  basicConstraints,
  type CertificateContent,
  CODE_SIGNING,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  signCertificate,
  spkiOf,
  subjectKey,
  toBeSigned,
} from './certificate.ts';
import { boolean, type Der, distinguishedName, integer } from './der.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Log extends KeyPair {
  /** SHA-256 of the key's SPKI. */
  readonly id: Uint8Array;
}

/** A Sigstore whose every key is at hand, so that each layer of an attestation can be changed and signed again. */
export interface ForgedSigstore {
  readonly issuerName: Der;
  readonly issuerKey: KeyPair;
  readonly ctLog: Log;
  readonly rekor: Log;
  /** The trusted root that names all of it. */
  readonly trustedRoot: object;
}

const START = new Date('2020-01-01T00:00:00Z');
const END = new Date('2040-01-01T00:00:00Z');
const VALID_FOR = { start: START.toISOString() };
const CERTIFICATE_AUTHORITY = 0b0000_0110;

export const ecKeys = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });

export function forgeSigstore(): ForgedSigstore {
  const [rootKey, issuerKey] = [ecKeys('P-384'), ecKeys('P-384')];
  const [rootName, issuerName] = [distinguishedName('forged root'), distinguishedName('forged intermediate')];
  const base = { issuer: rootName, notBefore: START, notAfter: END };
  const own = { ...base, subject: rootName, publicKey: rootKey.publicKey };
  const root = authorityCertificate(own, rootKey, 1);
  const below = { ...base, subject: issuerName, publicKey: issuerKey.publicKey };
  const intermediate = authorityCertificate(below, rootKey, 0);
  const [ctLog, rekor] = [newLog(), newLog()];
  return {
    issuerName,
    issuerKey,
    ctLog,
    rekor,
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logJson('http://rekor.test', rekor)],
      certificateAuthorities: [
        {
          subject: { organization: 'forged', commonName: 'forged' },
          uri: 'http://fulcio.test',
          certChain: { certificates: [intermediate, root].map((der) => ({ rawBytes: base64(der) })) },
          validFor: VALID_FOR,
        },
      ],
      ctlogs: [logJson('http://ct.test', ctLog)],
      timestampAuthorities: [],
    },
  };
}

function authorityCertificate(
  content: Omit<CertificateContent, 'extensions'>,
  signer: KeyPair,
  pathLength: number,
): Der {
  const signed = toBeSigned({
    ...content,
    extensions: [
      keyUsage(CERTIFICATE_AUTHORITY),
      basicConstraints(true, boolean(true), integer(new Uint8Array([pathLength]))),
      ...(pathLength === 0 ? [extendedKeyUsage([CODE_SIGNING])] : []),
      subjectKey(keyIdentifier(content.publicKey)),
      authorityKey(keyIdentifier(signer.publicKey)),
    ],
  });
  return signCertificate(signed, signer.privateKey);
}

export function newLog(): Log {
  const keys = ecKeys('P-256');
  return { ...keys, id: createHash('sha256').update(spkiOf(keys.publicKey)).digest() };
}

function logJson(baseUrl: string, { publicKey, id }: Log): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: base64(spkiOf(publicKey)),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: VALID_FOR,
    },
    logId: { keyId: base64(id) },
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
