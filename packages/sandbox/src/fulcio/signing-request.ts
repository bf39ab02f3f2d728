// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, verify } from 'node:crypto';
import type { JsonObject } from '@colophon/base';
import { decodeUtf8, encodeUtf8 } from '@colophon/base';
import { GatewayError } from '../gateway/gateway-error.ts';
import { bytesField, messageField, textField } from '../gateway/json-message.ts';
import { derOfPem } from '../pem.ts';
import { publicKeyOfDer } from '../spki.ts';
import {
  type HashName,
  isSelfSigned,
  parseCertificateRequest,
  REQUEST_HASHES,
} from './certificate-request.ts';

const INVALID_CSR = 'The certificate signing request could not be parsed';
const INVALID_KEY = 'The public key supplied in the request could not be parsed';
const INSECURE_KEY = 'The public key supplied in the request is insecure';
const INVALID_SIGNATURE = 'The signature supplied in the request could not be verified';

type Hash = HashName | undefined;

/** The key types that Fulcio certifies, each with the one hash that it may be used with; undefined hashes nothing first. */
const PERMITTED: Readonly<Record<string, Hash>> = {
  'ec prime256v1': 'sha256',
  'ec secp384r1': 'sha384',
  'ec secp521r1': 'sha512',
  'rsa 2048': 'sha256',
  'rsa 3072': 'sha256',
  'rsa 4096': 'sha256',
  ed25519: undefined,
};

const GO_KEY_TYPES: Readonly<Record<string, string>> = {
  ec: '*ecdsa.PublicKey',
  rsa: '*rsa.PublicKey',
  ed25519: 'ed25519.PublicKey',
};

/** The caller's public key, once they have shown that its private half is theirs. @throws GatewayError */
export function provenPublicKey(message: JsonObject, challenge: string): KeyObject {
  const request = bytesField(message, 'certificateSigningRequest');
  const challenged = messageField(message, 'publicKeyRequest');
  if (request.length > 0 && challenged)
    throw refused('proto: oneof CreateSigningCertificateRequest.key is already set');
  return request.length > 0 ? keyOfCertificateRequest(request) : keyOfChallenge(challenged, challenge);
}

function keyOfCertificateRequest(pem: Uint8Array): KeyObject {
  const request = orRefuse(INVALID_CSR, () => parseCertificateRequest(decodeUtf8(pem)));
  requireSoundKey(request.publicKey);
  if (!orRefuse(INVALID_SIGNATURE, () => isSelfSigned(request))) throw refused(INVALID_SIGNATURE);
  requirePermitted(request.publicKey, REQUEST_HASHES[request.algorithm]);
  return request.publicKey;
}

function keyOfChallenge(request: JsonObject | undefined, challenge: string): KeyObject {
  const publicKey = request && messageField(request, 'publicKey');
  const content = publicKey ? textField(publicKey, 'content') : '';
  const key = orRefuse(INVALID_KEY, () => parsePublicKey(content));
  requireSoundKey(key);
  const hash = PERMITTED[keyKind(key)];
  const proof = request ? bytesField(request, 'proofOfPossession') : new Uint8Array();
  if (!orRefuse(INVALID_SIGNATURE, () => verify(hash, encodeUtf8(challenge), key, proof)))
    throw refused(INVALID_SIGNATURE);
  requirePermitted(key, hash);
  return key;
}

function parsePublicKey(pem: string): KeyObject {
  const der = derOfPem(pem, ['PUBLIC KEY']);
  return publicKeyOfDer(der);
}

function keyKind(key: KeyObject): string {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  return [key.asymmetricKeyType, namedCurve ?? modulusLength].filter((part) => part !== undefined).join(' ');
}

function requireSoundKey(key: KeyObject): void {
  const { publicExponent } = key.asymmetricKeyDetails ?? {};
  const oddExponent = publicExponent !== undefined && publicExponent !== 65537n;
  if (!(keyKind(key) in PERMITTED) || oddExponent) throw refused(INSECURE_KEY);
}

function requirePermitted(key: KeyObject, hash: Hash): void {
  if (PERMITTED[keyKind(key)] === hash) return;
  const type = GO_KEY_TYPES[key.asymmetricKeyType ?? ''];
  const name = hash ? hash.toUpperCase().replace('SHA', 'SHA-') : 'unknown hash value 0';
  throw refused(`signing algorithm not permitted: ${type}, ${name}`);
}

function refused(message: string, cause?: unknown): GatewayError {
  return new GatewayError('InvalidArgument', message, { cause });
}

function orRefuse<Value>(message: string, attempt: () => Value): Value {
  try {
    return attempt();
  } catch (cause) {
    throw refused(message, cause);
  }
}
