// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../../src/host.ts';

// oxlint-disable-next-line no-control-regex -- a terminal is told what to do by control characters
const CONTROL = /\u001b7|\u001b8|\u001b\[(\d*)(?:;\d+)?([A-Za-z])|\n|\r/g;

/** A terminal that is tall enough never to scroll: what a person sees after all that was written. */
export class Terminal {
  /** Everything, as it was written. */
  written = '';
  readonly #rows: string[] = [''];
  #cursor = { row: 0, column: 0 };
  #saved = { row: 0, column: 0 };

  write(text: string): void {
    this.written += text;
    let at = 0;
    for (const match of text.matchAll(CONTROL)) {
      this.#print(text.slice(at, match.index));
      this.#control(match[0], Number(match[1] || '1'), match[2]);
      at = match.index + match[0].length;
    }
    this.#print(text.slice(at));
  }

  /** The lines, without the empty ones at the end. */
  get lines(): string[] {
    return this.#rows.join('\n').trimEnd().split('\n');
  }

  host(environment: Host['environment'] = {}): Host {
    return {
      environment,
      workingDirectory: '/',
      stderrIsTerminal: true,
      stdoutIsTerminal: true,
      terminalColumns: 60,
      signal: new AbortController().signal,
      now: () => new Date(0),
      writeOut: (text) => this.write(text),
      writeError: (text) => this.write(text),
    };
  }

  #print(text: string): void {
    const { row, column } = this.#cursor;
    const line = (this.#rows[row] ?? '').padEnd(column);
    this.#rows[row] = line.slice(0, column) + text + line.slice(column + text.length);
    this.#cursor.column += text.length;
  }

  #control(sequence: string, count: number, letter: string | undefined): void {
    const { row, column } = this.#cursor;
    if (sequence === '\n') this.#move(row + 1, 0);
    else if (sequence === '\r') this.#move(row, 0);
    else if (sequence === '\u001b7') this.#saved = { row, column };
    else if (sequence === '\u001b8') this.#move(this.#saved.row, this.#saved.column);
    else if (letter === 'G') this.#move(row, count - 1);
    else if (letter === 'K')
      this.#rows[row] = sequence.includes('2') ? '' : (this.#rows[row]?.slice(0, column) ?? '');
    else throw new Error(`a control sequence that no progress needs: ${JSON.stringify(sequence)}`);
  }

  #move(row: number, column: number): void {
    while (this.#rows.length <= row) this.#rows.push('');
    this.#cursor = { row, column };
  }
}
