// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_HOSTNAME, ports, urls } from './addresses.ts';
import { fulcioConfig } from './fulcio-config.ts';
import type { StackParts } from './log-services.ts';
import { answers } from './service-group.ts';

/** Starts Fulcio. It asks its issuers and the CT log only when a certificate is wanted, so the order is free. */
export async function startFulcio({ group, tools, keys, folder }: StackParts): Promise<void> {
  const config = join(folder, 'fulcio.yaml');
  await writeFile(config, fulcioConfig(await readFile(keys.tlsAuthority, 'utf8')));
  const argv = [
    'serve',
    '--host=127.0.0.1',
    `--port=${ports.fulcio}`,
    '--grpc-host=127.0.0.1',
    `--grpc-port=${ports.fulcioGrpc}`,
    `--metrics-port=${ports.fulcioMetrics}`,
    `--config-path=${config}`,
    '--ca=fileca',
    `--fileca-cert=${keys.fulcioChain}`,
    `--fileca-key=${keys.fulcioKey}`,
    // Must be given, though the key has no password.
    '--fileca-key-passwd=',
    '--fileca-watch=false',
    `--ct-log-url=${urls.ctLog}`,
    `--ct-log-public-key-path=${keys.ctPublic}`,
  ];
  const isReady = answers(`${urls.fulcio}/healthz`);
  await group.start({ name: 'fulcio', program: tools.go.fulcio, argv, isReady });
}

/** Starts Rekor v2 on plain files, with intervals so short that an entry is answered in about a second. */
export async function startRekor2({ group, tools, keys, folder }: StackParts): Promise<void> {
  const storage = rekor2Storage(folder);
  await mkdir(storage, { recursive: true });
  const argv = [
    'serve',
    '--http-address=127.0.0.1',
    `--http-port=${ports.rekor2}`,
    '--grpc-address=127.0.0.1',
    `--grpc-port=${ports.rekor2Grpc}`,
    `--http-metrics-port=${ports.rekor2Metrics}`,
    `--hostname=${LOG_HOSTNAME}`,
    `--storage-dir=${storage}`,
    `--signer-filepath=${keys.rekor2Key}`,
    '--checkpoint-interval=200ms',
    '--batch-max-age=50ms',
  ];
  const env = { OTEL_METRICS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
  const isReady = answers(`${urls.rekor2}/healthz`);
  await group.start({ name: 'rekor2', program: tools.go.rekorTiles, argv, env, isReady });
}

/** Where Rekor v2 keeps its tiles and its checkpoint: the server itself has no read side. */
export function rekor2Storage(folder: string): string {
  return join(folder, 'rekor2');
}

/** Starts the time-stamp authority. It binds port 2112 and dies where that is taken, so it comes before Rekor v1. */
export async function startTsa({ group, tools, keys }: StackParts): Promise<void> {
  const argv = [
    'serve',
    '--host=127.0.0.1',
    `--port=${ports.tsa}`,
    '--timestamp-signer=file',
    `--file-signer-key-path=${keys.tsaKey}`,
    `--certificate-chain-path=${keys.tsaChain}`,
    '--disable-ntp-monitoring=true',
  ];
  const isReady = answers(`http://localhost:${ports.tsa}/ping`);
  await group.start({ name: 'tsa', program: tools.go.timestampServer, argv, isReady });
}
