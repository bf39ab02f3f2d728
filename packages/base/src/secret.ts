// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** A token or password. It prints as `[redacted]` everywhere; only `reveal()` gives the text, to put it on the wire. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
