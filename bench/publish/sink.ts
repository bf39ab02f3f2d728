// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upload API that takes everything and keeps nothing, in a process of its own. */
export interface Sink {
  readonly url: string;
  /** Bytes of all bodies so far. */
  received(): number;
  close(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const child = fork(import.meta.filename, ['serve']);
  let received = 0;
  const [port] = (await once(child, 'message')) as [number];
  child.on('message', (bytes: number) => void (received += bytes));
  return {
    url: `http://127.0.0.1:${port}/legacy/`,
    received: () => received,
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function serve(): void {
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => void (bytes += chunk.length));
    // The figure is on its way before the client hears that it is done.
    request.on('end', () => process.send?.(bytes, () => response.end()));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

if (process.argv[2] === 'serve') serve();
