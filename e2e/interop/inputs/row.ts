// SPDX-License-Identifier: Apache-2.0
import type { Tools } from '../build.ts';
import type { PythonDriver } from '../peers/python-driver.ts';
import type { Stack } from '../stack/stack.ts';

export interface InputScene {
  readonly tools: Tools;
  readonly stack: Stack;
  readonly python: PythonDriver;
  /** Empty, for this suite alone. */
  readonly folder: string;
  /** A wheel of a known name, and another file. */
  readonly wheel: string;
  readonly other: string;
}

/** A form of input: what the program verifies, and the same with one thing wrong, which it must refuse. */
export interface InputRow {
  readonly name: string;
  /** Who made the evidence. */
  readonly by: string;
  /** After `verify`. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** The code that the refusal must bear. */
  readonly refusal: string;
  /** A file for standard input, of both. */
  readonly stdin?: string;
}
