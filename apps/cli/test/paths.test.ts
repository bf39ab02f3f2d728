// SPDX-License-Identifier: Apache-2.0
import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { globPattern } from '../src/files/paths.ts';

describe('a glob that people type', () => {
  it.each([
    [win32, String.raw`dist\*.whl`, 'dist/*.whl'],
    [win32, String.raw`C:\job\dist\*.whl`, 'C:/job/dist/*.whl'],
    [win32, 'dist/*.whl', 'dist/*.whl'],
    [posix, 'dist/*.whl', 'dist/*.whl'],
    [posix, String.raw`dist/\*.whl`, String.raw`dist/\*.whl`],
  ])('has the separators of its system: %# %s', (system, typed, pattern) => {
    expect(globPattern(typed, system)).toBe(pattern);
  });
});
