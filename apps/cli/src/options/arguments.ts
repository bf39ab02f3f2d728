// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';

/** What a command was called with: operands, and options by their long name. */
export class Arguments {
  readonly operands: readonly string[];
  readonly rest: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  /** `values` is what the parser made; `rest` is the command line of another program, behind `--`. */
  constructor(
    operands: readonly string[],
    rest: readonly string[],
    values: Readonly<Record<string, unknown>>,
  ) {
    this.operands = operands;
    this.rest = rest;
    this.#values = values;
  }

  /** Whether an option was given at all. */
  has(name: string): boolean {
    const value = this.#values[name];
    return value !== undefined && value !== false;
  }

  flag(name: string): boolean {
    const value = this.#values[name];
    return Array.isArray(value) ? value.at(-1) === true : value === true;
  }

  count(name: string): number {
    return Number(this.#values[name] ?? 0);
  }

  /** The one value of an option, or undefined. Naming it twice is a usage error: it would be a guess which one was meant. */
  text(name: string): string | undefined {
    const values = this.texts(name);
    if (values.length > 1) throw usageError(`--${name} was given ${values.length} times`);
    return values[0];
  }

  /** All values of an option that may be repeated. */
  texts(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    const values = (Array.isArray(value) ? value : [value]).map(String);
    if (values.some((text) => text === '')) throw usageError(`--${name} needs a value`);
    return values;
  }
}
