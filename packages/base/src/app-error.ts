// SPDX-License-Identifier: Apache-2.0

/** What an error carries beside its message: plain data that may be shown, never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
}

/**
 * A failure that hostile input, a service or the world can cause. Each package subclasses it with the
 * literal union of its codes, so that a reader can switch on `code`. A mistake of the programmer is a TypeError instead.
 */
export class AppError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Tells whether a caught value is one of our typed failures. */
export function isAppError(value: unknown): value is AppError {
  return value instanceof AppError;
}
