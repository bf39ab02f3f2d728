// SPDX-License-Identifier: Apache-2.0

/** A text that is read from left to right by patterns, and the place at which it first was not what it should be. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  #flaw: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What was expected and not found, with its place counted from 1. */
  get flaw(): string | undefined {
    return this.#flaw;
  }

  /** Reads what the pattern (sticky) finds here, which may be nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Notes the first flaw. Always false, so that a rule can end with it. */
  fail(expected: string): false {
    this.#flaw ??= `character ${this.#at + 1}: ${expected} expected`;
    return false;
  }
}
