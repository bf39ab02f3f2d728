// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ports, urls } from './stack/addresses.ts';
import type { Stack } from './stack/stack.ts';

/** How much the services have made since they have been there, by their own figures. */
export interface Ledger {
  /** The size of the certificate transparency log's tree. */
  readonly certificates: number;
  readonly rekor1: number;
  readonly rekor2: number;
}

/** The CT log answers before its tree has grown, and Rekor v2 writes a checkpoint now and then. */
const SETTLING_MS = 600;

/** Reads the figures of all services, once what was asked of them before is in their trees. */
export async function readLedger({ files }: Stack): Promise<Ledger> {
  await sleep(SETTLING_MS);
  const head = await getJson(`${urls.ctLog}/ct/v1/get-sth`);
  const log = await getJson(`${urls.rekor1}/api/v1/log`);
  const [, size] = (await readFile(join(files.rekor2Storage, 'checkpoint'), 'utf8')).split('\n');
  return {
    certificates: Number(head.tree_size),
    rekor1: Number(log.treeSize),
    rekor2: Number(size),
  };
}

/** What was made between two readings. */
export function grown(before: Ledger, after: Ledger): Ledger {
  return {
    certificates: after.certificates - before.certificates,
    rekor1: after.rekor1 - before.rekor1,
    rekor2: after.rekor2 - before.rekor2,
  };
}

/** How many certificates Fulcio says that it has issued since it was started. */
export async function issuedByFulcio(): Promise<number> {
  const response = await fetch(`http://localhost:${ports.fulcioMetrics}/metrics`);
  return Number(/^fulcio_new_certs (\S+)$/m.exec(await response.text())?.[1] ?? 0);
}

async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
