// SPDX-License-Identifier: Apache-2.0
import { EncodingError, type JsonValue, parseJson } from '@colophon/base';

/**
 * JSON as strict as the readers on the other side: besides what parseJson refuses, half surrogate pairs, which have no UTF-8,
 * and numbers of absurd length.
 * @throws EncodingError ERR_UTF8, ERR_JSON
 */
export function parseStrictJson(source: string | Uint8Array): JsonValue {
  const value = parseJson(source);
  if (!isWellFormed(value)) throw new EncodingError('ERR_JSON', 'a string with half a surrogate pair');
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('latin1');
  if (/[0-9]{1000}/.test(text)) throw new EncodingError('ERR_JSON', 'a number of more than 1000 digits');
  return value;
}

function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member));
}
