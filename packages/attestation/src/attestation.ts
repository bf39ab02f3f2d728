// SPDX-License-Identifier: Apache-2.0
import {
  encodeBase64,
  readList,
  readObject,
  shapeMismatch,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import { readingDocument, type DocumentFormat } from './attestation-error.ts';
import { readBytes } from './protobuf-json.ts';
import {
  isProven,
  readLogEntry,
  transparencyLogEntryToJson,
  type TransparencyLogEntry,
} from './transparency-log-entry.ts';

/** The version of the attestation object, and of the provenance object, that PEP 740 defines. */
const VERSION = 1;
const MAX_LOG_ENTRIES = 32;

/** An attestation object v1 (PEP 740). Nothing in it has been verified. */
export interface Attestation {
  /** The signer's leaf certificate, DER. */
  readonly certificate: Uint8Array;
  /** At least one, each with its inclusion proof and checkpoint. */
  readonly transparencyEntries: readonly TransparencyLogEntry[];
  /** The in-toto statement, exactly as it was signed. */
  readonly statement: Uint8Array;
  /** Over the DSSE pre-authentication encoding of the statement. */
  readonly signature: Uint8Array;
}

const FORMAT: DocumentFormat = {
  code: 'ERR_ATTESTATION',
  name: 'PEP 740 attestation',
  looksLike: ({ verification_material: material, envelope }) =>
    material !== undefined || envelope !== undefined,
};

/**
 * Reads an attestation object (PEP 740, version 1). PyPI passes over keys that it does not know and stores the
 * object without them; here they are refused, the proposed `timestamps` among them, because what is judged must be
 * what is published.
 * @throws AttestationError ERR_ATTESTATION, ERR_JSON, ERR_JSON_KIND
 */
export function parseAttestation(source: string | Uint8Array): Attestation {
  return readingDocument(source, FORMAT, (value) => readAttestation(value, '$'));
}

export function readAttestation(value: JsonValue, at: string): Attestation {
  const root = readObject(value, at, { required: ['version', 'verification_material', 'envelope'] });
  assertVersion(root.version, `${at}.version`);
  const place = `${at}.verification_material`;
  const material = readObject(root.verification_material, place, {
    required: ['certificate', 'transparency_entries'],
  });
  const envelope = readObject(root.envelope, `${at}.envelope`, { required: ['statement', 'signature'] });
  return {
    certificate: readBytes(material.certificate, `${place}.certificate`),
    transparencyEntries: readEntries(material.transparency_entries, `${place}.transparency_entries`),
    statement: readBytes(envelope.statement, `${at}.envelope.statement`),
    signature: readBytes(envelope.signature, `${at}.envelope.signature`),
  };
}

/** Holds an object to version 1. */
export function assertVersion(value: JsonValue | undefined, at: string): void {
  if (value !== VERSION) throw shapeMismatch(at, `the number ${VERSION}`);
}

function readEntries(value: JsonValue | undefined, at: string): TransparencyLogEntry[] {
  const entries = readList(value, at, readProvenEntry, MAX_LOG_ENTRIES);
  if (entries.length === 0) throw shapeMismatch(at, 'at least one log entry');
  return entries;
}

function readProvenEntry(value: JsonValue, at: string): TransparencyLogEntry {
  const entry = readLogEntry(value, at);
  if (!isProven(entry)) throw shapeMismatch(at, 'an inclusion proof with a checkpoint');
  return entry;
}

/** Writes an attestation object as one line of JSON with a line feed at its end. */
export function encodeAttestation(attestation: Attestation): string {
  return `${JSON.stringify(attestationToJson(attestation))}\n`;
}

/** The JSON document of an attestation object, as it stands in an upload's list and in a provenance object. */
export function attestationToJson(attestation: Attestation): JsonObject {
  return {
    version: VERSION,
    verification_material: {
      certificate: encodeBase64(attestation.certificate),
      transparency_entries: attestation.transparencyEntries.map(transparencyLogEntryToJson),
    },
    envelope: {
      statement: encodeBase64(attestation.statement),
      signature: encodeBase64(attestation.signature),
    },
  };
}
