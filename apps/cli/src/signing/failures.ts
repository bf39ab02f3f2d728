// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../command.ts';
import { renderError } from '../render/error.ts';

/** Tells what went wrong, and the same thing once: a certificate that is refused is so for every file. */
export class Failures {
  readonly #context: Context;
  readonly #told = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  tell(error: unknown): void {
    const { talk, options } = this.#context;
    const text = renderError(error, options.color);
    if (this.#told.has(text)) return;
    this.#told.add(text);
    talk.raw(text);
  }
}
