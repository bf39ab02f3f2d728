// SPDX-License-Identifier: Apache-2.0
import { json, type SandboxResponse } from '../http-service.ts';

/** gRPC's status codes that Fulcio uses, with the HTTP status that its gateway gives each. */
const STATUS = {
  InvalidArgument: { code: 3, http: 400 },
  NotFound: { code: 5, http: 404 },
  Unimplemented: { code: 12, http: 501 },
  Internal: { code: 13, http: 500 },
} as const;

/** A request that Fulcio refuses, in the words that it gives the caller. */
export class FulcioError extends Error {
  readonly status: keyof typeof STATUS;

  constructor(status: keyof typeof STATUS, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FulcioError';
    this.status = status;
  }

  /** The answer in the shape of google.rpc.Status. */
  response(): SandboxResponse {
    const { code, http } = STATUS[this.status];
    return json(http, { code, message: this.message, details: [] });
  }
}
