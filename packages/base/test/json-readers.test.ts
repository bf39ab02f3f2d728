// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { readList, readOptional, readString, readText, shapeMismatch } from '../src/index.ts';

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
