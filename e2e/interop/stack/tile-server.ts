// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { join, normalize } from 'node:path';
import { ports } from './addresses.ts';

/** Serves a folder for reading: Rekor v2 writes its tiles and checkpoint there and answers no reads itself. */
export async function startTileServer(folder: string): Promise<{ close: () => Promise<void> }> {
  const server = http.createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const stream = createReadStream(join(folder, path));
    stream.once('open', () => response.writeHead(200, { 'content-type': 'application/octet-stream' }));
    stream.once(
      'error',
      () => void (response.headersSent ? response.destroy() : response.writeHead(404).end()),
    );
    stream.pipe(response);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(ports.rekor2Tiles, '127.0.0.1', resolve);
  await promise;
  return {
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
