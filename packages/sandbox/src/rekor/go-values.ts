// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import { EntryError } from './entry-error.ts';

// The first byte that is no base64, as Go counts it.
function firstBadByte(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at === -1 ? text.length : at;
}

/** Standard padded base64, line breaks ignored, as Go's decoder reads it. @throws EntryError */
export function goBase64(text: string, what: string): Uint8Array {
  const plain = text.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain))
    throw new EntryError(
      `failed parsing base64 data for ${what}: illegal base64 data at input byte ${firstBadByte(plain)}`,
    );
  return new Uint8Array(Buffer.from(plain, 'base64'));
}

/** The member of a value that is an object; undefined if either is not. */
export function objectMember(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const member = isObject(value) ? value[name] : undefined;
  return isObject(member) ? member : undefined;
}

/** The member of a value that is a string; undefined if it is not. */
export function stringMember(value: JsonValue | undefined, name: string): string | undefined {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What Go calls the type of a decoded value. */
export function goType(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return isObject(value) ? 'object' : typeof value;
}

/** A list of what is missing or wrong in a part of an entry, where there is anything. @throws EntryError */
export function requireValid(failures: readonly (string | false)[]): void {
  const found = failures.filter((failure) => failure !== false);
  if (found.length > 0) throw new EntryError(`validation failure list:\n${found.join('\n')}`);
}
