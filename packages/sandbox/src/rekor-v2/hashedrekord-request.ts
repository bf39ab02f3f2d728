// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject } from 'node:crypto';
import { encodeBase64, encodeUtf8, type JsonObject } from '@colophon/base';
import { GatewayError } from '../gateway/gateway-error.ts';
import { bytesField, enumField, messageField, requireKnownFields } from '../gateway/json-message.ts';
import { canonicalJson } from '../rekor/canonical-json.ts';
import { certificateOfDer, digestFailure, isAllowedAlgorithm } from '../rekor/verifier.ts';
import { publicKeyOfDer } from '../spki.ts';
import { HASH_ALGORITHMS, KEY_DETAILS, signingAlgorithm } from './key-details.ts';

/** HashedRekordRequestV002 of rekor-tiles: the fields as they are sent, empty where they are not. */
interface HashedrekordRequest {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKey?: Uint8Array;
  readonly certificate?: Uint8Array;
  /** The number of the algorithm's name. */
  readonly keyDetails: number;
}

/**
 * What the log keeps of a request to create an entry, once its signature is verified: hashedrekord 0.0.2 in canonical
 * JSON (RFC 8785). @throws GatewayError
 */
export function canonicalHashedrekord(message: JsonObject): Uint8Array {
  const request = parseRequest(message);
  const algorithm = signingAlgorithm(request.keyDetails);
  const { publicKey, certificate, digest, signature } = request;
  if (signature.length === 0 || digest.length === 0 || !algorithm) throw refused();
  const key = orRefuse(() => keyOf(request));
  // Pure Ed25519 is on the real server's list too, but ends in a panic over the size of no hash.
  if (algorithm.hash === undefined && key.asymmetricKeyType === 'ed25519')
    throw new GatewayError('Internal', 'internal server error');
  const { details, hash } = algorithm;
  if (!hash || !isAllowedAlgorithm(key, hash)) throw refused();
  if (digest.length !== createHash(hash).digest().length) throw refused();
  if (digestFailure(key, { algorithm: hash, digest }, signature)) throw refused();
  const verifier = {
    ...(publicKey && { publicKey: { rawBytes: encodeBase64(publicKey) } }),
    ...(certificate && { x509Certificate: { rawBytes: encodeBase64(certificate) } }),
    keyDetails: details,
  };
  const data = { algorithm: HASH_ALGORITHMS[hash], digest: encodeBase64(digest) };
  const hashedRekordV002 = { data, signature: { content: encodeBase64(signature), verifier } };
  const entry = { apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } };
  return encodeUtf8(canonicalJson(entry));
}

// Reads the whole message first: what is no message is told before what is no entry.
function parseRequest(message: JsonObject): HashedrekordRequest {
  requireKnownFields(message, ['hashedRekordRequestV002', 'dsseRequestV002']);
  const request = messageField(message, 'hashedRekordRequestV002');
  if (!request) throw new GatewayError('InvalidArgument', 'invalid type, must be hashedrekord');
  requireKnownFields(request, ['digest', 'signature']);
  const signature = messageField(request, 'signature') ?? {};
  requireKnownFields(signature, ['content', 'verifier']);
  const verifier = messageField(signature, 'verifier') ?? {};
  requireKnownFields(verifier, ['publicKey', 'x509Certificate', 'keyDetails']);
  const publicKey = rawBytes(verifier, 'publicKey');
  const certificate = rawBytes(verifier, 'x509Certificate');
  if (publicKey && certificate)
    throw new GatewayError(
      'InvalidArgument',
      'proto: error parsing "x509Certificate", oneof dev.sigstore.rekor.v2.Verifier.verifier is already set',
    );
  return {
    digest: bytesField(request, 'digest'),
    signature: bytesField(signature, 'content'),
    ...(publicKey && { publicKey }),
    ...(certificate && { certificate }),
    keyDetails: enumField(verifier, 'keyDetails', KEY_DETAILS),
  };
}

function rawBytes(verifier: JsonObject, name: string): Uint8Array | undefined {
  const message = messageField(verifier, name);
  if (!message) return undefined;
  requireKnownFields(message, ['rawBytes']);
  return bytesField(message, 'rawBytes');
}

function keyOf({ publicKey, certificate }: HashedrekordRequest): KeyObject {
  if (publicKey) return publicKeyOfDer(publicKey);
  if (certificate) return certificateOfDer(certificate).publicKey;
  throw new TypeError('no verifier');
}

// The real server keeps the reason for its own log.
function refused(cause?: unknown): GatewayError {
  return new GatewayError('InvalidArgument', 'invalid hashedrekord request', { cause });
}

function orRefuse<Value>(attempt: () => Value): Value {
  try {
    return attempt();
  } catch (cause) {
    throw refused(cause);
  }
}
