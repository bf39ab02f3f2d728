// SPDX-License-Identifier: Apache-2.0
import { json, type SandboxResponse } from '../http-service.ts';

/** gRPC's status codes that the services use, with the HTTP status that grpc-gateway gives each. */
const STATUS = {
  InvalidArgument: { code: 3, http: 400 },
  NotFound: { code: 5, http: 404 },
  AlreadyExists: { code: 6, http: 409 },
  Unimplemented: { code: 12, http: 501 },
  Internal: { code: 13, http: 500 },
} as const;

/** A request that a service behind grpc-gateway (Fulcio, Rekor v2) refuses, in the words that it gives the caller. */
export class GatewayError extends Error {
  readonly status: keyof typeof STATUS;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: keyof typeof STATUS,
    message: string,
    options: ErrorOptions & { headers?: Record<string, string> } = {},
  ) {
    super(message, options);
    this.name = 'GatewayError';
    this.status = status;
    this.headers = options.headers ?? {};
  }

  /** The answer in the shape of google.rpc.Status. */
  response(): SandboxResponse {
    const { code, http } = STATUS[this.status];
    return json(http, { code, message: this.message, details: [] }, { ...this.headers });
  }
}
