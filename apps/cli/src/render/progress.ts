// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';
import type { Params, SingleBar } from 'cli-progress';
import type { Host } from '../host.ts';
import { escapeLine } from './escape.ts';

/** How much a phase has to do. */
export interface PhaseSize {
  readonly total: number;
  readonly unit: 'files' | 'bytes';
}

/** A phase that goes on: whoever works on it says how far it is. */
export interface Phase {
  /** Some more is done: 1 file, or so many bytes. Beyond the total nothing more is shown. */
  advance(by?: number): void;
}

interface Shown {
  readonly title: string;
  readonly size: PhaseSize | undefined;
  done: number;
}

const BAR_WIDTH = 24;
const LEAST_COLUMNS = 20;
const MIB = 1024 * 1024;

/**
 * One line at the foot of a terminal that says what goes on: the phase that was begun last, of those that have not ended.
 * Where `shown` is false nothing is ever written, and nothing is loaded.
 */
export class Progress {
  readonly #host: Host;
  readonly #shown: boolean;
  readonly #phases: Shown[] = [];
  #hidden = 0;
  #makeBar: (() => SingleBar) | undefined;
  #bar: SingleBar | undefined;

  constructor(host: Host, shown: boolean) {
    this.#host = host;
    this.#shown = shown;
  }

  /** Shows a phase for as long as `work` takes, whatever comes of it. */
  async during<T>(
    title: string,
    size: PhaseSize | undefined,
    work: (phase: Phase) => Promise<T>,
  ): Promise<T> {
    const shown: Shown = { title: escapeLine(title), size, done: 0 };
    this.#phases.push(shown);
    await this.#draw();
    try {
      return await work({ advance: (by = 1) => this.#advance(shown, by) });
    } finally {
      this.#phases.splice(this.#phases.indexOf(shown), 1);
      await this.#draw();
    }
  }

  /** Writes lines of text where the progress stands, which moves below them. */
  above(write: () => void): void {
    this.#clear();
    write();
    this.#start();
  }

  /** Shows nothing for as long as `work` takes. */
  async hidden<T>(work: () => Promise<T>): Promise<T> {
    this.#hidden += 1;
    this.#clear();
    try {
      return await work();
    } finally {
      this.#hidden -= 1;
      this.#start();
    }
  }

  async #draw(): Promise<void> {
    if (!this.#shown) return;
    this.#makeBar ??= await loadBar(this.#host);
    this.#clear();
    this.#start();
  }

  // Its position is stored by the terminal when it starts, so it is never left standing while something else is written.
  #clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #start(): void {
    const phase = this.#phases.at(-1);
    if (phase === undefined || this.#makeBar === undefined || this.#hidden > 0) return;
    this.#bar = this.#makeBar();
    this.#bar.start(phase.size?.total ?? 0, phase.done, { phase });
  }

  #advance(phase: Shown, by: number): void {
    phase.done = Math.min(phase.done + by, phase.size?.total ?? 0);
    if (this.#phases.at(-1) === phase) this.#bar?.update(phase.done);
  }
}

/** Whether progress is shown: on a terminal that can move its cursor, unless the user wants quiet. */
export function showsProgress({ stderrIsTerminal, environment }: Host, quiet: boolean): boolean {
  return stderrIsTerminal && !quiet && environment['TERM'] !== 'dumb';
}

// Loaded for terminals alone: no job of a CI pays for it.
async function loadBar(host: Host): Promise<() => SingleBar> {
  const { default: library } = await import('cli-progress');
  return barMaker(library.SingleBar, terminalOf(host));
}

function barMaker(Bar: typeof SingleBar, stream: Writable): () => SingleBar {
  const manner = { stream, clearOnComplete: true, linewrap: true, gracefulExit: false, etaBuffer: 1 };
  return () => new Bar({ ...manner, format: formatLine });
}

function formatLine(_options: unknown, params: Params, { phase }: { phase: Shown }): string {
  return lineOf(phase, params);
}

function lineOf(
  { title, size }: Shown,
  { value, total, progress }: Pick<Params, 'value' | 'total' | 'progress'>,
): string {
  if (size === undefined) return `${title} ...`;
  const full = Math.round(BAR_WIDTH * Math.min(progress, 1));
  const bar = '='.repeat(full).padEnd(BAR_WIDTH, '-');
  const [done, all] = size.unit === 'files' ? [value, total] : [value, total].map(mebibytes);
  return `${title} [${bar}] ${done}/${all} ${size.unit === 'files' ? 'files' : 'MiB'}`;
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

function terminalOf(host: Host): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      host.writeError(String(chunk));
      done();
    },
  });
  return Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => Math.max(host.terminalColumns || 80, LEAST_COLUMNS) },
  });
}
