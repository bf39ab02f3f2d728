// SPDX-License-Identifier: Apache-2.0
import { readString, shapeMismatch, type JsonValue } from '@colophon/base';

/** An object with the one key, or with none where the value is undefined: to be spread into another. */
export function field<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

/** Reads a string that means nothing when it is empty. */
export function readText(value: JsonValue | undefined, at: string): string {
  const text = readString(value, at);
  if (text === '') throw shapeMismatch(at, 'a string that is not empty');
  return text;
}
