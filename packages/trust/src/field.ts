// SPDX-License-Identifier: Apache-2.0

/** An object with the one key, or with none where the value is undefined: to be spread into another. */
export function field<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
