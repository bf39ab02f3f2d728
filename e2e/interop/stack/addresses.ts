// SPDX-License-Identifier: Apache-2.0

/** Fixed ports: every stack has a network namespace to itself, and one of them (2112) can not be chosen anyway. */
export const ports = {
  fulcio: 5555,
  fulcioGrpc: 5554,
  fulcioMetrics: 2113,
  ctLog: 6962,
  rekor1: 3000,
  rekor2: 3003,
  rekor2Grpc: 3001,
  rekor2Metrics: 2114,
  rekor2Tiles: 3005,
  tsa: 3004,
  trillian: 8090,
  trillianHttp: 8091,
  signer: 8190,
  signerHttp: 8191,
} as const;

const local = (port: number, path = ''): string => `http://localhost:${port}${path}`;

/** What clients are told. The TSA's is the whole URL that a query is sent to; the others are base URLs. */
export const urls = {
  fulcio: local(ports.fulcio),
  ctLog: local(ports.ctLog, '/test'),
  rekor1: local(ports.rekor1),
  rekor2: local(ports.rekor2),
  /** The read side of Rekor v2: `/checkpoint` and `/tile/…`. */
  rekor2Tiles: local(ports.rekor2Tiles),
  tsa: local(ports.tsa, '/api/v1/timestamp'),
} as const;

export type StackUrls = Readonly<Record<keyof typeof urls, string>>;

/** The first line of both logs' checkpoints begins with it; clients compare it with the host of the log's URL. */
export const LOG_HOSTNAME = 'localhost';
