// SPDX-License-Identifier: Apache-2.0

/** A generator of whole numbers below a bound that gives the same row for the same seed (xorshift, 32 bits). */
export function seededRandom(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
