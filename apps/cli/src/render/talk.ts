// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../host.ts';
import type { GlobalOptions } from '../options/global.ts';
import { renderError } from './error.ts';
import { escapeLine } from './escape.ts';

/** What a command says while it works: to stderr, for a person; results go through `result`, to stdout. */
export class Talk {
  readonly #host: Host;
  readonly #options: GlobalOptions;

  constructor(host: Host, options: GlobalOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** A line of progress or explanation. */
  say(line: string): void {
    if (!this.#options.quiet) this.#host.writeError(`${escapeLine(line)}\n`);
  }

  /** A line that only `-v` shows. */
  detail(line: string): void {
    if (this.#options.verbosity > 0) this.say(line);
  }

  /** What a reader must not miss; `-q` keeps it. */
  warn(line: string): void {
    this.#host.writeError(`warning: ${escapeLine(line)}\n`);
  }

  /** Text that is already rendered and escaped. */
  raw(text: string): void {
    this.#host.writeError(text);
  }

  /** A failure of one file in a batch that goes on. */
  error(error: unknown): void {
    this.#host.writeError(renderError(error, this.#options.color));
  }

  /** A line of the result; with `--json` the document says it instead. */
  result(line: string): void {
    if (!this.#options.json) this.#host.writeOut(`${escapeLine(line)}\n`);
  }
}
