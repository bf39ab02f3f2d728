// SPDX-License-Identifier: Apache-2.0
import type { Dispatcher } from 'undici';

/** A certificate with which this client proves itself, and the only origins that it is shown to. */
export interface ClientCertificate {
  /** PEM: the certificate, and what stands between it and its authority. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
  readonly origins: readonly string[];
}

export interface TransportOptions {
  /** Certificate authorities (PEM) to trust beside the default ones. */
  readonly caCertificates?: readonly string[];
  readonly clientCertificate?: ClientCertificate;
  /** The proxy for https URLs, such as `http://proxy.example:3128`. No environment variable is read. */
  readonly httpsProxy?: string;
  /** The proxy for http URLs. */
  readonly httpProxy?: string;
  /** Hosts that are reached without a proxy, separated by commas. Loopback always is. */
  readonly noProxy?: string;
}

const CONNECT_TIMEOUT_MS = 15_000;

/** Connections for a URL's origin. */
export interface Transport {
  of(url: URL): Dispatcher;
  destroy(): Promise<void>;
}

/**
 * Loads undici (some 50 ms, hence only when a request is made) and makes the pools of connections: one for everybody, and
 * one for those who may see the client certificate.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { clientCertificate, ...rest } = options;
  const usual = await openDispatcher(rest);
  const proven = clientCertificate === undefined ? undefined : await openDispatcher(options);
  const shownTo = clientCertificate?.origins ?? [];
  return {
    of: ({ origin }) => (proven !== undefined && shownTo.includes(origin) ? proven : usual),
    destroy: async () => void (await Promise.all([usual.destroy(), proven?.destroy()])),
  };
}

async function openDispatcher(options: TransportOptions): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const { caCertificates: extra = [], httpProxy = '', httpsProxy = '', noProxy = '' } = options;
  const { clientCertificate: own } = options;
  const authorities = extra.length === 0 ? {} : { ca: [...(await defaultCertificates()), ...extra] };
  const tls = { ...authorities, ...(own === undefined ? {} : { cert: own.certificate, key: own.key }) };
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...tls };
  if (httpProxy === '' && httpsProxy === '') return new Agent({ connect });
  // What goes to this very machine (a rehearsal, for instance) has no business on a proxy.
  const direct = ['localhost', '127.0.0.1', '[::1]', noProxy].join(',');
  // Empty texts, not absent ones: what is absent would be taken from the environment.
  return new EnvHttpProxyAgent({
    connect,
    requestTls: tls,
    proxyTls: authorities,
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
