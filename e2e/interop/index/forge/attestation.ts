// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, sign } from 'node:crypto';
import { base64, type ForgedSigstore } from './authority.ts';
import { PAYLOAD_TYPE, statement } from './facts.ts';
import { issueLeaf, type LeafShape } from './leaf.ts';
import { canonicalJson, type EntryJson, type EntryShape, logBody } from './log-entry.ts';

/** An attestation object, open to any change. */
export interface AttestationJson {
  [key: string]: unknown;
  version: unknown;
  verification_material: Record<string, unknown> & { certificate: string; transparency_entries: unknown[] };
  envelope: Record<string, unknown> & { statement: string; signature: string };
}

/** What a log entry's body is made from. */
export interface BodyFacts {
  readonly certificate: string;
  readonly payload: Uint8Array;
  readonly signature: string;
  readonly signedBytes: Uint8Array;
  readonly leafKey: KeyObject;
}

/** A Rekor v1 `dsse` body, open to any change. */
export interface BodyJson {
  [key: string]: unknown;
  apiVersion?: string;
  kind: string;
  spec: Record<string, unknown> & {
    payloadHash: Record<string, unknown>;
    envelopeHash: Record<string, unknown>;
    signatures: Record<string, unknown>[];
  };
}

/** How an attestation differs from a good one. Every layer above a change is signed again, unless the change is to that layer itself. */
export interface AttestationShape {
  readonly leaf?: LeafShape;
  readonly statement?: string | Uint8Array;
  readonly payloadType?: string;
  /** Signs the statement in place of the leaf's key. */
  readonly signer?: KeyObject;
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** Changes the body before it is logged, or gives the bytes to log. */
  readonly body?: (body: BodyJson, facts: BodyFacts) => BodyJson | Uint8Array | void;
  readonly entry?: EntryShape;
  /** Changes the entry after it was logged: nothing is signed again. */
  readonly answered?: (entry: EntryJson) => void;
  readonly whole?: (attestation: AttestationJson) => void;
}

/** Makes an attestation in a forged Sigstore. */
export function forgeAttestation(sigstore: ForgedSigstore, shape: AttestationShape = {}): AttestationJson {
  const leaf = issueLeaf(sigstore, shape.leaf);
  const payload = Buffer.from(shape.statement ?? statement());
  const signedBytes = preAuthEncoding(shape.payloadType ?? PAYLOAD_TYPE, payload);
  const signature = base64(sign(shape.hash ?? 'sha256', signedBytes, shape.signer ?? leaf.key));
  const facts = { certificate: pem(leaf.der), payload, signature, signedBytes, leafKey: leaf.key };
  const usual = dsseBody(facts);
  const kind = { kind: 'dsse', version: '0.0.1' };
  const body = shape.body?.(usual, facts) ?? usual;
  const named = body instanceof Uint8Array ? kind : { kind: body.kind, version: body.apiVersion ?? '0.0.1' };
  const bytes = body instanceof Uint8Array ? body : Buffer.from(canonicalJson(body));
  const entry = logBody(sigstore.rekor, bytes, named, shape.entry);
  shape.answered?.(entry);
  const attestation: AttestationJson = {
    version: 1,
    verification_material: { certificate: base64(leaf.der), transparency_entries: [entry] },
    envelope: { statement: base64(payload), signature },
  };
  shape.whole?.(attestation);
  return attestation;
}

/** What a DSSE signature is made over. */
export function preAuthEncoding(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export function pem(der: Uint8Array): string {
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function dsseBody({ certificate, payload, signature }: BodyFacts): BodyJson {
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256('an envelope') },
      payloadHash: { algorithm: 'sha256', value: sha256(payload) },
      signatures: [{ signature, verifier: base64(Buffer.from(certificate)) }],
    },
  };
}
