// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { readList, readOptional, readString, readText, readTimestamp, shapeMismatch } from '../src/index.ts';

describe('readList', () => {
  it('reads every item and names the place of the one that does not fit', () => {
    expect(readList(['a', 'b'], '$.names', readString)).toEqual(['a', 'b']);
    expect(() => readList(['a', 1], '$.names', readString)).toThrowError('$.names[1]: expected a string');
  });

  it('refuses more items than allowed', () => {
    expect(() => readList(['a', 'b'], '$', readString, 1)).toThrowError(
      expect.objectContaining({ code: 'ERR_JSON_SHAPE' }),
    );
  });
});

describe('readOptional', () => {
  it.each([[undefined], [null]])('takes %s as absent', (value) => {
    expect(readOptional(value, '$', readString)).toBeUndefined();
  });

  it('holds a value that is there to its reader', () => {
    expect(readOptional('x', '$', readString)).toBe('x');
    expect(() => readOptional(0, '$.x', readString)).toThrowError(shapeMismatch('$.x', 'a string').message);
  });
});

describe('readText', () => {
  it('refuses the empty string', () => {
    expect(readText('x', '$')).toBe('x');
    expect(() => readText('', '$.x')).toThrowError('$.x: expected a string that is not empty');
  });
});

describe('readTimestamp', () => {
  it.each([
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
    ['2024-02-29T23:59:59.123456789+01:30', '2024-02-29T22:29:59.123Z'],
  ])('reads %s', (text, iso) => {
    expect(readTimestamp(text, '$').toISOString()).toBe(iso);
  });

  it.each([
    ['a day that is not in its month', '2024-02-30T00:00:00Z'],
    ['29 February of a common year', '2023-02-29T00:00:00Z'],
    ['31 April', '2024-04-31T00:00:00+02:00'],
    ['hour 24', '2024-01-01T24:00:00Z'],
    ['a leap second', '2024-01-01T23:59:60Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['a day alone', '2024-01-01'],
    ['no zone', '2024-01-01T00:00:00'],
    ['a space', '2024-01-01 00:00:00Z'],
    ['small letters', '2024-01-01t00:00:00z'],
    ['other digits', '٢٠٢٤-01-01T00:00:00Z'],
    ['an empty fraction', '2024-01-01T00:00:00.Z'],
  ])('refuses %s', (_what, text) => {
    expect(() => readTimestamp(text, '$')).toThrowError(shapeMismatch('$', 'an RFC 3339 timestamp').message);
  });
});
