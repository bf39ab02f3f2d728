// SPDX-License-Identifier: Apache-2.0
import { json, type SandboxResponse } from '../http-service.ts';

/**
 * A request that a service made with go-openapi (Rekor v1, the time-stamp authority) refuses: its HTTP status, its
 * words, and the code of the body where that is another.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: ErrorOptions & { code?: number; headers?: Record<string, string> } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
    this.code = options.code ?? status;
    this.headers = options.headers ?? {};
  }

  response(): SandboxResponse {
    return json(this.status, { code: this.code, message: this.message }, { ...this.headers });
  }
}

/** The codes that go-openapi gives to what is wrong with a parameter. */
const VALIDATION = {
  type: 601,
  required: 602,
  pattern: 605,
  minimum: 609,
  maxItems: 611,
  minItems: 612,
};

/** A parameter or field that is not as the API says: `rule` is the key of its code. */
export function invalid(rule: keyof typeof VALIDATION, message: string): ApiError {
  return new ApiError(422, message, { code: VALIDATION[rule] });
}
