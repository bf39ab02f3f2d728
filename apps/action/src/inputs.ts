// SPDX-License-Identifier: Apache-2.0
import { usageError } from 'colophon/src/cli-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'INPUT_';
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;

/** The inputs of a step, as the runner hands them over: INPUT_NAME in the environment, an empty text where none was given. */
export class Inputs {
  readonly #environment: Environment;
  readonly #read = new Set<string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A text without the space around it; undefined when it is empty. Names with underscores are read for the same input. */
  text(name: string): string | undefined {
    const [own, old] = [this.#take(name), this.#take(name.replaceAll('-', '_'))];
    if (own !== undefined && old !== undefined && own !== old)
      throw usageError(`the inputs ${name} and ${name.replaceAll('-', '_')} contradict each other`);
    return own ?? old;
  }

  /** A boolean of YAML; undefined where none was given. @throws CliError ERR_USAGE for any other text */
  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (TRUE.test(text)) return true;
    if (FALSE.test(text)) return false;
    throw usageError(`the input ${name} is neither true nor false`);
  }

  /**
   * Refuses what was given and nobody read: a misspelt name, or an input of another command, would be without effect.
   * @throws CliError ERR_USAGE
   */
  assertAllRead(command: string): void {
    const idle = Object.entries(this.#environment)
      .filter(([name, value]) => name.startsWith(PREFIX) && value?.trim() && !this.#read.has(name))
      .map(([name]) => name.slice(PREFIX.length).toLowerCase());
    if (idle.length > 0) throw usageError(`the input ${idle.join(', ')} has no effect on ${command}`);
  }

  #take(name: string): string | undefined {
    const variable = `${PREFIX}${name.toUpperCase()}`;
    this.#read.add(variable);
    return this.#environment[variable]?.trim() || undefined;
  }
}

/** The environment without the inputs: they have been read, and one of them may be a password. */
export function withoutInputs(environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith(PREFIX)));
}
