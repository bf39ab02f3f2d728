// SPDX-License-Identifier: Apache-2.0
import { json, type SandboxResponse } from '../http-service.ts';

/** An error as RFC 6749 §5.2 and RFC 8628 §3.5 name it. */
export class OAuthFailure extends Error {
  readonly error: string;

  constructor(error: string, description = '') {
    super(description);
    this.error = error;
  }

  response(): SandboxResponse {
    const status = this.error === 'invalid_client' ? 401 : 400;
    const { error, message } = this;
    return json(status, { error, ...(message !== '' && { error_description: message }) }, NOT_STORED);
  }
}

export const NOT_STORED = { 'cache-control': 'no-store' };
