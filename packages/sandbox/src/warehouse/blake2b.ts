// SPDX-License-Identifier: Apache-2.0

const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
].flatMap((word) => [Number(word & 0xffffffffn), Number(word >> 32n)]);
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const LANES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3];
/** The four words that each of a round's eight mixings works on, columns first, then diagonals. */
const MIXES = Array.from({ length: 8 }, (_, i) => {
  const turn = i < 4 ? 0 : 1;
  const at = (row: number) => row * 4 + ((i + row * turn) % 4);
  return [at(0), at(1), at(2), at(3)] as const;
});
/** Ten rounds and the first two again: for each mixing its words and the message words that it takes in, as indices of halves. */
const PLAN = Uint8Array.from(
  Array.from({ length: 12 }, (_, round) => SIGMA[round % 10] ?? LANES).flatMap((order) =>
    MIXES.flatMap((words, i) => [...words, order[2 * i] ?? 0, order[2 * i + 1] ?? 0].map((word) => word * 2)),
  ),
);
const BLOCK = 128;

/**
 * BLAKE2b with 32 bytes of output, no key (RFC 7693): what the index names its files by. node:crypto has the function with 64 bytes
 * only, which is another function. A 64-bit word is two 32-bit halves, low first.
 */
export class Blake2b256 {
  readonly #state = Int32Array.from(IV);
  readonly #block = new Uint8Array(BLOCK);
  readonly #words = new Int32Array(32);
  readonly #mixed = new Int32Array(32);
  #filled = 0;
  #count = 0;

  constructor() {
    this.#state[0] = (this.#state[0] ?? 0) ^ 0x01010020;
  }

  update(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === BLOCK) this.#compress(false);
      const part = bytes.subarray(at, at + BLOCK - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
    }
    return this;
  }

  /** The digest in lower-case hexadecimal; nothing may be added afterwards. */
  hex(): string {
    this.#block.fill(0, this.#filled);
    this.#compress(true);
    return Buffer.from(this.#state.buffer, 0, 32).toString('hex');
  }

  #compress(last: boolean): void {
    this.#count += this.#filled;
    this.#filled = 0;
    const { state, words, mixed } = { state: this.#state, words: this.#words, mixed: this.#mixed };
    const view = new DataView(this.#block.buffer);
    for (let i = 0; i < 32; i += 1) words[i] = view.getInt32(i * 4, true);
    mixed.set(state);
    mixed.set(IV, 16);
    mixed[24] = (mixed[24] ?? 0) ^ this.#count;
    mixed[25] = (mixed[25] ?? 0) ^ Math.floor(this.#count / 2 ** 32);
    if (last) for (const i of [28, 29]) mixed[i] = ~(mixed[i] ?? 0);
    for (let i = 0; i < PLAN.length; i += 6) mix(mixed, words, i);
    for (let i = 0; i < 16; i += 1) state[i] = (state[i] ?? 0) ^ (mixed[i] ?? 0) ^ (mixed[i + 16] ?? 0);
  }
}

// One mixing of four words, each as a low and a high half, taken once and put back once: this is where the time goes.
function mix(v: Int32Array, m: Int32Array, plan: number): void {
  const a = PLAN[plan] as number;
  const b = PLAN[plan + 1] as number;
  const c = PLAN[plan + 2] as number;
  const d = PLAN[plan + 3] as number;
  let aLow = v[a] as number;
  let aHigh = v[a + 1] as number;
  let bLow = v[b] as number;
  let bHigh = v[b + 1] as number;
  let cLow = v[c] as number;
  let cHigh = v[c + 1] as number;
  let dLow = v[d] as number;
  let dHigh = v[d + 1] as number;
  let word = PLAN[plan + 4] as number;
  let sum = (aLow >>> 0) + (bLow >>> 0) + ((m[word] as number) >>> 0);
  aHigh = (aHigh + bHigh + (m[word + 1] as number) + ((sum / 2 ** 32) | 0)) | 0;
  aLow = sum | 0;
  let low = dLow ^ aLow;
  dLow = dHigh ^ aHigh;
  dHigh = low;
  sum = (cLow >>> 0) + (dLow >>> 0);
  cHigh = (cHigh + dHigh + ((sum / 2 ** 32) | 0)) | 0;
  cLow = sum | 0;
  low = bLow ^ cLow;
  bHigh ^= cHigh;
  bLow = (low >>> 24) | (bHigh << 8);
  bHigh = (bHigh >>> 24) | (low << 8);
  word = PLAN[plan + 5] as number;
  sum = (aLow >>> 0) + (bLow >>> 0) + ((m[word] as number) >>> 0);
  aHigh = (aHigh + bHigh + (m[word + 1] as number) + ((sum / 2 ** 32) | 0)) | 0;
  aLow = sum | 0;
  low = dLow ^ aLow;
  dHigh ^= aHigh;
  dLow = (low >>> 16) | (dHigh << 16);
  dHigh = (dHigh >>> 16) | (low << 16);
  sum = (cLow >>> 0) + (dLow >>> 0);
  cHigh = (cHigh + dHigh + ((sum / 2 ** 32) | 0)) | 0;
  cLow = sum | 0;
  low = bLow ^ cLow;
  bHigh ^= cHigh;
  bLow = (low << 1) | (bHigh >>> 31);
  bHigh = (bHigh << 1) | (low >>> 31);
  v[a] = aLow;
  v[a + 1] = aHigh;
  v[b] = bLow;
  v[b + 1] = bHigh;
  v[c] = cLow;
  v[c + 1] = cHigh;
  v[d] = dLow;
  v[d + 1] = dHigh;
}
