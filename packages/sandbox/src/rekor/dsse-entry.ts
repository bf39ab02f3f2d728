// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, encodeHex, encodeUtf8, type JsonObject, type JsonValue, sha256 } from '@colophon/base';
import { jsonFailure } from '../json-failure.ts';
import { EntryError } from './entry-error.ts';
import { goBase64, goType, isObject, objectMember, requireValid, stringMember } from './go-values.ts';
import { parseVerifier, type Verifier, verifyMessage } from './verifier.ts';

interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly string[];
}

const UNDECODABLE =
  'could not verify envelope: unable to base64 decode payload (is payload in the right format?)';
const UNSIGNED =
  'could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1';
const EITHER = 'either proposedContent or envelopeHash, payloadHash, and signatures must be present';

/** Whether a spec proposes an envelope, or repeats what an entry in the log says. */
export function proposesEnvelope(spec: JsonObject): boolean {
  return objectMember(spec, 'proposedContent') !== undefined;
}

/**
 * The spec of a dsse 0.0.1 entry as the log keeps it: digests, and each signature with the verifier that it
 * verified with. @throws EntryError
 */
export function canonicalDsseSpec(spec: JsonObject): JsonObject {
  const { envelopeHash, payloadHash, signatures } = spec;
  const proposed = objectMember(spec, 'proposedContent');
  if (!proposed) {
    if (!isObject(envelopeHash) || !isObject(payloadHash) || !Array.isArray(signatures) || !signatures.length)
      throw new EntryError(EITHER);
    return { envelopeHash, payloadHash, signatures };
  }
  const { envelope, verifiers } = requireProposal(proposed);
  if (isObject(envelopeHash) || isObject(payloadHash) || Array.isArray(signatures))
    throw new EntryError(`${EITHER} but not both`);
  return verifiedSpec(envelope, verifiers);
}

function requireProposal(proposed: JsonObject): { envelope: string; verifiers: readonly Uint8Array[] } {
  const envelope = stringMember(proposed, 'envelope');
  const listed = Array.isArray(proposed['verifiers']) ? proposed['verifiers'] : undefined;
  const verifiers = (listed ?? []).flatMap((item) =>
    typeof item === 'string' && item !== '' ? [goBase64(item, 'verifier')] : [],
  );
  const at = 'proposedContent.proposedContent';
  requireValid([
    envelope === undefined && `${at}.envelope in body is required`,
    !listed && `${at}.verifiers in body is required`,
    listed !== undefined && verifiers.length === 0 && `${at}.verifiers in body should have at least 1 items`,
  ]);
  return { envelope: envelope ?? '', verifiers };
}

function verifiedSpec(text: string, verifiers: readonly Uint8Array[]): JsonObject {
  const envelope = parseEnvelope(text);
  const payload = looseBase64(envelope.payload);
  const bySignature = verifySignatures(envelope, payload, verifiers);
  const signatures = [...bySignature.keys()].toSorted().map((signature) => ({
    signature,
    verifier: encodeBase64(bySignature.get(signature)?.canonical ?? new Uint8Array()),
  }));
  return {
    envelopeHash: { algorithm: 'sha256', value: encodeHex(sha256(encodeUtf8(text))) },
    payloadHash: { algorithm: 'sha256', value: encodeHex(sha256(payload)) },
    signatures,
  };
}

function parseEnvelope(text: string): Envelope {
  const envelope = parseLoosely(text);
  if (!isObject(envelope))
    throw new EntryError(`json: cannot unmarshal ${goType(envelope)} into Go value of type dsse.Envelope`);
  const listed = envelope['signatures'] ?? [];
  const signatures = (Array.isArray(listed) ? listed : []).map((item) => stringMember(item, 'sig') ?? '');
  if (signatures.length === 0) throw new EntryError('DSSE envelope must contain 1 or more signatures');
  return {
    payloadType: stringMember(envelope, 'payloadType') ?? '',
    payload: stringMember(envelope, 'payload') ?? '',
    signatures,
  };
}

// Not the strict reader: where a key stands twice, the real log takes the last.
function parseLoosely(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new EntryError(jsonFailure(text), { cause });
  }
}

// DSSE's decoders take both alphabets.
function looseBase64(text: string): Uint8Array {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return goBase64(standard, 'payload');
  } catch (cause) {
    throw new EntryError(UNDECODABLE, { cause });
  }
}

// Each verifier must verify a signature until all have been, and each signature needs one.
function verifySignatures(
  envelope: Envelope,
  payload: Uint8Array,
  verifiers: readonly Uint8Array[],
): ReadonlyMap<string, Verifier> {
  const open = new Set(envelope.signatures);
  const bySignature = new Map<string, Verifier>();
  const message = preAuthEncoding(envelope.payloadType, payload);
  for (const content of verifiers) {
    if (open.size === 0) break;
    const verifier = verifierOf(content);
    const decoded = envelope.signatures.map((signature) => [signature, looseBase64(signature)] as const);
    const accepted = decoded.filter(([, bytes]) => verifyMessage(verifier.key, message, bytes));
    if (accepted.length === 0) throw new EntryError(UNSIGNED);
    for (const [signature] of accepted) {
      open.delete(signature);
      bySignature.set(signature, verifier);
    }
  }
  if (open.size > 0) throw new EntryError('all signatures must have a key that verifies it');
  return bySignature;
}

function verifierOf(content: Uint8Array): Verifier {
  try {
    return parseVerifier(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EntryError(`could not parse public key as x509: ${reason}`, { cause });
  }
}

// The DSSE protocol's PAE: what a signature is over.
function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encodeUtf8(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([encodeUtf8(head), payload]);
}
