// SPDX-License-Identifier: Apache-2.0
import {
  type JsonObject,
  type JsonValue,
  readBase64,
  readList,
  readObject,
  readString,
} from '@colophon/base';
import { misshapen } from './attestation-verdict.ts';
import { parseStrictJson } from './strict-json.ts';

/** An attestation object of PEP 740 whose log entry was not looked into yet. */
export interface UploadedAttestation {
  readonly certificate: Uint8Array;
  readonly transparencyEntry: JsonObject;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
  /** The object as the index stores and serves it: known keys only, the base64 texts as they came. */
  readonly stored: JsonObject;
}

/** One attestation for each predicate type that the index knows. */
export const MAX_ATTESTATIONS = 2;
/** More than this is read by nobody. */
const MAX_LISTED = 64;

/**
 * Parses the form's field `attestations`: a JSON array of attestation objects, version 1 (PEP 740; pypi.md §1.1). The outer levels
 * ignore keys that they do not know, as PyPI does.
 * @throws WarehouseError ERR_WAREHOUSE_ATTESTATION_SHAPE
 */
export function parseAttestations(field: string): UploadedAttestation[] {
  try {
    return readList(parseStrictJson(field), '$', parseAttestation, MAX_LISTED);
  } catch (cause) {
    throw misshapen(cause instanceof Error ? cause.message : 'unreadable', cause);
  }
}

function parseAttestation(value: JsonValue, at: string): UploadedAttestation {
  const required = ['version', 'verification_material', 'envelope'];
  const { version, verification_material, envelope } = readObject(value, at, { required, open: true });
  if (version !== 1) throw misshapen(`${at}.version: expected 1`);
  const material = readObject(verification_material, `${at}.verification_material`, {
    required: ['certificate', 'transparency_entries'],
    open: true,
  });
  const content = readObject(envelope, `${at}.envelope`, {
    required: ['statement', 'signature'],
    open: true,
  });
  const transparencyEntry = readEntry(
    material.transparency_entries,
    `${at}.verification_material.transparency_entries`,
  );
  return {
    certificate: readBase64(material.certificate, `${at}.verification_material.certificate`),
    transparencyEntry,
    statement: readBase64(content.statement, `${at}.envelope.statement`),
    signature: readBase64(content.signature, `${at}.envelope.signature`),
    stored: {
      version,
      verification_material: {
        certificate: readString(material.certificate, at),
        transparency_entries: [transparencyEntry],
      },
      envelope: {
        statement: readString(content.statement, at),
        signature: readString(content.signature, at),
      },
    },
  };
}

// PyPI judges the first entry and serves all of them; here an entry that nobody judged is not taken at all.
function readEntry(value: JsonValue | undefined, at: string): JsonObject {
  const entries = readList(value, at, (entry, place) => readObject(entry, place, { open: true }));
  const [entry] = entries;
  if (!entry || entries.length > 1) throw misshapen(`${at}: expected one entry, not ${entries.length}`);
  return entry;
}
