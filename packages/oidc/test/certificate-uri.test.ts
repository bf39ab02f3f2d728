// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { certificateUri } from '../src/certificate-uri.ts';

describe('certificateUri', () => {
  // The right sides are what Go 1.26's net/url prints of the left ones.
  it.each([
    ['https://h/o/r/a.yml@refs/heads/fix/#12', 'https://h/o/r/a.yml@refs/heads/fix/#12'],
    ['https://h/Publish to PyPI.yml@x', 'https://h/Publish%20to%20PyPI.yml@x'],
    ["https://h/a (b).yml@é!x'y*", 'https://h/a%20%28b%29.yml@%C3%A9%21x%27y%2A'],
    ["https://h/a!$&'()*+,;=:@x y^\\", 'https://h/a%21$&%27%28%29%2A+,;=:@x%20y%5E%5C'],
    ["https://h/a!$&'()*+,;=:@[]", "https://h/a!$&'()*+,;=:@[]"],
    ['https://h/x[]#a b|(é)', 'https://h/x[]#a%20b%7C(%C3%A9)'],
    ['https://h/a%20b@x y', 'https://h/a%20b@x%20y'],
    ['https://h/x#', 'https://h/x'],
    ['https://h/x?a b=c#d', 'https://h/x?a b=c#d'],
    ['https://h/x#a"!()*$&+,/:;=?@\'[]{}', 'https://h/x#a%22!()*$&+,/:;=?@%27%5B%5D%7B%7D'],
    ['spiffe://t/w', 'spiffe://t/w'],
    ['no URI', 'no URI'],
  ])('writes %s as Fulcio does', (text, written) => {
    expect(certificateUri(text)).toBe(written);
  });
});
