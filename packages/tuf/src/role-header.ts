// SPDX-License-Identifier: Apache-2.0
import { EncodingError, parseJson, readObject, readTimestamp, type JsonObject } from '@colophon/base';
import { TufError } from './tuf-error.ts';

/** What every role's metadata says of itself, and the document that it says it in. Nobody has checked who signed it. */
export interface RoleHeader {
  readonly document: JsonObject;
  readonly signed: JsonObject;
  readonly version: number;
  readonly expires: Date;
}

/**
 * Reads what all roles have in common: no key twice, a version that counts, a time that is one.
 * @throws TufError ERR_TUF_METADATA
 */
export function parseRoleHeader(role: string, bytes: Uint8Array): RoleHeader {
  try {
    const document = readObject(parseJson(bytes), '$', { required: ['signed', 'signatures'], open: true });
    const signed = readObject(document.signed, '$.signed', { required: ['version', 'expires'], open: true });
    const { version } = signed;
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
      throw new TufError('ERR_TUF_METADATA', '$.signed.version: expected a whole number from 1');
    return { document, signed, version, expires: readTimestamp(signed.expires, '$.signed.expires') };
  } catch (cause) {
    if (!(cause instanceof TufError || cause instanceof EncodingError)) throw cause;
    throw new TufError('ERR_TUF_METADATA', `the ${role} metadata is malformed: ${cause.message}`, { cause });
  }
}
