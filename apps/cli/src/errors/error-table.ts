// SPDX-License-Identifier: Apache-2.0
import { ERRORS_OF_INPUT } from './errors-of-input.ts';
import { ERRORS_OF_SERVICES } from './errors-of-services.ts';
import { ERRORS_OF_TRUST } from './errors-of-trust.ts';
import { ERRORS_OF_VERIFICATION } from './errors-of-verification.ts';

/** Every code that a package of Colophon can throw: a code without a row does not compile. */
export const ERROR_TABLE = {
  ...ERRORS_OF_INPUT,
  ...ERRORS_OF_SERVICES,
  ...ERRORS_OF_TRUST,
  ...ERRORS_OF_VERIFICATION,
};

export type ErrorCode = keyof typeof ERROR_TABLE;
