// SPDX-License-Identifier: Apache-2.0
export { excerpt } from './excerpt.ts';
export { HttpClient, type HttpClientOptions, type Retry } from './http-client.ts';
export { HttpError, type HttpErrorCode } from './http-error.ts';
export type {
  BodySource,
  HttpHead,
  HttpRequest,
  HttpResponse,
  HttpStream,
  RetryPolicy,
} from './http-message.ts';
export { displayUrl, isLoopback, parseHttpUrl } from './http-url.ts';
export type { ClientCertificate, TransportOptions } from './transport.ts';
export type { WireEvent } from './wire-event.ts';
