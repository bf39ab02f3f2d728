// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../host.ts';
import type { GlobalOptions } from '../options/global.ts';
import { renderError } from './error.ts';
import { escapeLine } from './escape.ts';
import { type Phase, type PhaseSize, Progress, showsProgress } from './progress.ts';

/** What a command says while it works: to stderr, for a person; results go through `result`, to stdout. */
export class Talk {
  readonly #host: Host;
  readonly #options: GlobalOptions;
  readonly #progress: Progress;

  constructor(host: Host, options: GlobalOptions) {
    this.#host = host;
    this.#options = options;
    this.#progress = new Progress(host, showsProgress(host, options.quiet));
  }

  /** A line of progress or explanation. */
  say(line: string): void {
    if (!this.#options.quiet) this.raw(`${escapeLine(line)}\n`);
  }

  /** A line that only `-v` shows. */
  detail(line: string): void {
    if (this.#options.verbosity > 0) this.say(line);
  }

  /** What a reader must not miss; `-q` keeps it. */
  warn(line: string): void {
    this.raw(`warning: ${escapeLine(line)}\n`);
  }

  /** Text that is already rendered and escaped. */
  raw(text: string): void {
    this.#progress.above(() => this.#host.writeError(text));
  }

  /** A failure of one file in a batch that goes on. */
  error(error: unknown): void {
    this.raw(renderError(error, this.#options.color));
  }

  /** A line of the result; with `--json` the document says it instead. */
  result(line: string): void {
    if (this.#options.json) return;
    this.#progress.above(() => this.#host.writeOut(`${escapeLine(line)}\n`));
  }

  /** Leaves the foot of the terminal to whoever is asked there, for as long as `work` takes. */
  asking<T>(work: () => Promise<T>): Promise<T> {
    return this.#progress.hidden(work);
  }

  /**
   * Shows on a terminal what goes on for as long as `work` takes, below all that is said meanwhile; elsewhere it is the work
   * alone. Phases may lie within each other: the innermost is shown. `size` is what `advance` counts up to.
   */
  during<T>(title: string, size: PhaseSize | undefined, work: (phase: Phase) => Promise<T>): Promise<T> {
    return this.#progress.during(title, size, work);
  }
}
