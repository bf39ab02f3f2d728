// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from './base64.ts';
import { EncodingError } from './encoding-error.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { quote } from './quote.ts';

/** Which keys an object must and may have. `open` allows any others: only for formats that say so. */
export interface ObjectShape {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly open?: boolean;
}

const NONE: readonly string[] = [];

/** The error of a reader that found something other than `wanted` at the place `at`; to throw from readers of one's own. */
export function shapeMismatch(at: string, wanted: string): EncodingError {
  return new EncodingError('ERR_JSON_SHAPE', `${at}: expected ${wanted}`, { details: { at } });
}

/**
 * Reads an object and holds its keys to `shape`. `at` is the place in the document, for the message (`$.subject[0]`).
 * A null counts as absent for an optional key, as in protobuf's JSON form.
 * @throws EncodingError ERR_JSON_SHAPE
 */
export function readObject(value: JsonValue | undefined, at: string, shape: ObjectShape): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw shapeMismatch(at, 'an object');
  const { required = NONE, optional = NONE, open = false } = shape;
  for (const key of required) if (!Object.hasOwn(value, key)) throw shapeMismatch(at, `key ${quote(key)}`);
  if (open) return value;
  // Shapes have a few keys: to look through them is quicker than to make a set.
  for (const key of Object.keys(value))
    if (!required.includes(key) && !optional.includes(key)) throw shapeMismatch(at, `no key ${quote(key)}`);
  return value;
}

/** Reads an array of at most `max` items (default 1024). @throws EncodingError ERR_JSON_SHAPE */
export function readArray(value: JsonValue | undefined, at: string, max = 1024): JsonValue[] {
  if (!Array.isArray(value)) throw shapeMismatch(at, 'an array');
  if (value.length > max) throw shapeMismatch(at, `at most ${max} items`);
  return value;
}

/** Reads an array of at most `max` items (default 1024), each with `readItem`. @throws EncodingError ERR_JSON_SHAPE */
export function readList<T>(
  value: JsonValue | undefined,
  at: string,
  readItem: (item: JsonValue, at: string) => T,
  max?: number,
): T[] {
  return readArray(value, at, max).map((item, index) => readItem(item, `${at}[${index}]`));
}

/** Reads what may be absent or, as protobuf's JSON form allows, null: both give undefined. */
export function readOptional<T>(
  value: JsonValue | undefined,
  at: string,
  read: (value: JsonValue, at: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, at);
}

/** Reads a string. @throws EncodingError ERR_JSON_SHAPE */
export function readString(value: JsonValue | undefined, at: string): string {
  if (typeof value !== 'string') throw shapeMismatch(at, 'a string');
  return value;
}

/** Reads a string that would mean nothing if it were empty. @throws EncodingError ERR_JSON_SHAPE */
export function readText(value: JsonValue | undefined, at: string): string {
  const text = readString(value, at);
  if (text === '') throw shapeMismatch(at, 'a string that is not empty');
  return text;
}

/** Reads standard padded base64 to bytes. @throws EncodingError ERR_JSON_SHAPE, caused by ERR_BASE64 */
export function readBase64(value: JsonValue | undefined, at: string): Uint8Array {
  try {
    return decodeBase64(readString(value, at));
  } catch (cause) {
    if (cause instanceof EncodingError && cause.code === 'ERR_JSON_SHAPE') throw cause;
    throw new EncodingError('ERR_JSON_SHAPE', `${at}: expected standard padded base64`, {
      cause,
      details: { at },
    });
  }
}

const MAX_DECIMAL = (1n << 64n) - 1n;

/**
 * Reads a 64-bit unsigned integer as protobuf's JSON form writes it: a string of plain decimal digits.
 * Signs, spaces, leading zeros and JSON numbers are refused.
 * @throws EncodingError ERR_JSON_SHAPE
 */
export function readDecimal(value: JsonValue | undefined, at: string): bigint {
  const text = readString(value, at);
  const number = /^(?:0|[1-9][0-9]{0,19})$/.test(text) ? BigInt(text) : MAX_DECIMAL + 1n;
  if (number > MAX_DECIMAL) throw shapeMismatch(at, 'an unsigned 64-bit integer in decimal digits');
  return number;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads an RFC 3339 timestamp; precision beyond the millisecond is cut. @throws EncodingError ERR_JSON_SHAPE */
export function readTimestamp(value: JsonValue | undefined, at: string): Date {
  const text = readString(value, at);
  const time = new Date(text);
  if (!RFC_3339.test(text) || Number.isNaN(time.getTime()) || !isRealMoment(text))
    throw shapeMismatch(at, 'an RFC 3339 timestamp');
  return time;
}

// JavaScript takes 30 February for 1 March, and 24:00 for the next day.
function isRealMoment(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && text.slice(11, 13) !== '24';
}
