// SPDX-License-Identifier: Apache-2.0
import type { Dispatcher } from 'undici';

export interface TransportOptions {
  /** Certificate authorities (PEM) to trust beside the default ones. */
  readonly caCertificates?: readonly string[];
  /** The proxy for https URLs, such as `http://proxy.example:3128`. No environment variable is read. */
  readonly httpsProxy?: string;
  /** The proxy for http URLs. */
  readonly httpProxy?: string;
  /** Hosts that are reached without a proxy, separated by commas. Loopback always is. */
  readonly noProxy?: string;
}

const CONNECT_TIMEOUT_MS = 15_000;

/** Loads undici (some 50 ms, hence only when a request is made) and makes the pool of connections. */
export async function openDispatcher(options: TransportOptions): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const { caCertificates: extra = [], httpProxy = '', httpsProxy = '', noProxy = '' } = options;
  const tls = extra.length === 0 ? {} : { ca: [...(await defaultCertificates()), ...extra] };
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...tls };
  if (httpProxy === '' && httpsProxy === '') return new Agent({ connect });
  // What goes to this very machine (a rehearsal, for instance) has no business on a proxy.
  const direct = ['localhost', '127.0.0.1', '[::1]', noProxy].join(',');
  // Empty texts, not absent ones: what is absent would be taken from the environment.
  return new EnvHttpProxyAgent({
    connect,
    requestTls: tls,
    proxyTls: tls,
    httpProxy,
    httpsProxy,
    noProxy: direct,
  });
}

// Loading node:tls is a tenth of a start, also for those who never open a connection.
async function defaultCertificates(): Promise<string[]> {
  const { getCACertificates } = await import('node:tls');
  return getCACertificates('default');
}
