// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_HTTP_URL`: not an absolute http(s) URL, or one that carries a user name or password
 * - `ERR_HTTP_INSECURE`: a credential would have crossed the network in the clear
 * - `ERR_HTTP_UNREACHABLE`: no connection, or one that broke before the answer was whole
 * - `ERR_HTTP_TIMEOUT`: the server was silent for too long, or the attempt took too long in all
 * - `ERR_HTTP_TLS`: the TLS handshake failed, for instance over an unknown certificate authority
 * - `ERR_HTTP_TOO_LARGE`: the answer is larger than the caller allows
 * - `ERR_HTTP_REDIRECT`: a redirect that the request's policy does not follow
 * - `ERR_HTTP_UNAVAILABLE`: 408, 429 or 5xx, after as many attempts as were allowed
 * - `ERR_HTTP_BUDGET`: the time budget ended during an attempt; the cause is the failure before it, if any
 * - `ERR_HTTP_BODY`: the request's own body could not be read, or has not its declared length
 * - `ERR_HTTP_ABORTED`: the caller's signal; the cause is its reason
 */
export type HttpErrorCode =
  | 'ERR_HTTP_URL'
  | 'ERR_HTTP_INSECURE'
  | 'ERR_HTTP_UNREACHABLE'
  | 'ERR_HTTP_TIMEOUT'
  | 'ERR_HTTP_TLS'
  | 'ERR_HTTP_TOO_LARGE'
  | 'ERR_HTTP_REDIRECT'
  | 'ERR_HTTP_UNAVAILABLE'
  | 'ERR_HTTP_BUDGET'
  | 'ERR_HTTP_BODY'
  | 'ERR_HTTP_ABORTED';

/** A request that got no usable answer. `details` may hold `method`, `url` (redacted), `status` and `attempts`. */
export class HttpError extends AppError<HttpErrorCode> {}
