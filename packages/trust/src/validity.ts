// SPDX-License-Identifier: Apache-2.0
import { readObject, readOptional, readTimestamp, shapeMismatch, type JsonValue } from '@colophon/base';
import type { ValidityPeriod } from '@colophon/pki';
import { field } from './field.ts';

/**
 * Reads a TimeRange that must say when it begins: a reader that takes a missing start for "always" would accept
 * what the key signed before its operator had it.
 */
export function readValidity(value: JsonValue | undefined, at: string): ValidityPeriod {
  const period = readObject(value, at, { required: ['start'], optional: ['end'] });
  const start = readTimestamp(period.start, `${at}.start`);
  const end = readOptional(period.end, `${at}.end`, readTimestamp);
  if (end !== undefined && end < start)
    throw shapeMismatch(`${at}.end`, 'an end that is not before the start');
  return { start, ...field('end', end) };
}
