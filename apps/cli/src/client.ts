// SPDX-License-Identifier: Apache-2.0
import { type ClientCertificate, HttpClient } from '@colophon/http';
import type { Context } from './command.ts';
import { readTlsAuthorities } from './files/tls-authorities.ts';
import { retryNotice } from './render/retry-notice.ts';
import { wireTrace } from './render/wire-trace.ts';
import { VERSION } from './version.ts';

/** TLS of one command's own: authorities (PEM) beside the usual ones, and a certificate of ours. */
export interface ClientTls {
  readonly authorities: readonly string[];
  readonly clientCertificate: ClientCertificate | undefined;
}

/** Runs `use` with the one client of this run, and closes its connections whatever happens. */
export async function withClient<T>(
  context: Context,
  use: (http: HttpClient) => Promise<T>,
  tls?: ClientTls,
): Promise<T> {
  const http = await openClient(context, tls);
  try {
    return await use(http);
  } finally {
    await http.close();
  }
}

/** Opens a client that the caller closes. */
export async function openClient({ host, options, talk }: Context, tls?: ClientTls): Promise<HttpClient> {
  const env = host.environment;
  const httpsProxy = env['HTTPS_PROXY'] || env['https_proxy'];
  const httpProxy = env['HTTP_PROXY'] || env['http_proxy'];
  const noProxy = env['NO_PROXY'] || env['no_proxy'];
  const general = options.caCert === undefined ? [] : await readTlsAuthorities(options.caCert, host);
  const caCertificates = [...general, ...(tls?.authorities ?? [])];
  return new HttpClient({
    userAgent: `colophon/${VERSION}`,
    timeBudgetMs: options.timeBudgetMs,
    onRetry: retryNotice(talk),
    ...wireTrace(options, talk),
    ...(caCertificates.length === 0 ? {} : { caCertificates }),
    ...(tls?.clientCertificate === undefined ? {} : { clientCertificate: tls.clientCertificate }),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(httpProxy ? { httpProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  });
}
