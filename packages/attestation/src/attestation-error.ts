// SPDX-License-Identifier: Apache-2.0
import { AppError, EncodingError, parseJson, type JsonObject, type JsonValue } from '@colophon/base';

export type AttestationErrorCode =
  /** Not JSON at all, or JSON that names a key twice. */
  | 'ERR_JSON'
  /** JSON, but a document of another kind. */
  | 'ERR_JSON_KIND'
  | 'ERR_STATEMENT'
  | 'ERR_PREDICATE'
  | 'ERR_BUNDLE'
  | 'ERR_LOG_ENTRY'
  | 'ERR_ATTESTATION'
  | 'ERR_PROVENANCE'
  | 'ERR_CONVERSION';

/** A document that is not what its format demands, or that another format cannot hold. */
export class AttestationError extends AppError<AttestationErrorCode> {}

/** Runs `read`, and gives a failure of its readers the code of the document that was being read. */
export function reading<T>(code: AttestationErrorCode, document: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new AttestationError(code, `not a valid ${document}: ${cause.message}`, {
      cause,
      details: cause.details,
    });
  }
}

/** A format of documents, and how one of them is known: by the first glance, before its fields are read. */
export interface DocumentFormat {
  readonly code: AttestationErrorCode;
  readonly name: string;
  readonly looksLike: (document: JsonObject) => boolean;
}

/**
 * Parses a whole document and reads it. What is no JSON, and what is some other document, have codes of their own: the
 * wrong file was named then, and nothing is wrong with the evidence.
 * @throws AttestationError ERR_JSON, ERR_JSON_KIND, else the format's own code
 */
export function readingDocument<T>(
  source: string | Uint8Array,
  { code, name, looksLike }: DocumentFormat,
  read: (value: JsonValue) => T,
): T {
  const value = reading('ERR_JSON', name, () => parseJson(source));
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !looksLike(value))
    throw new AttestationError('ERR_JSON_KIND', `not a ${name}, but JSON of another kind`);
  return reading(code, name, () => read(value));
}
