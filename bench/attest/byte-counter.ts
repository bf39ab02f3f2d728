// SPDX-License-Identifier: Apache-2.0
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A relay before one service, at the level of connections: it counts what clients send, and changes nothing. */
export class ByteCounter {
  /** Bytes and connections of clients since the last `reset`. */
  sent = 0;
  connections = 0;
  readonly #target: URL;
  readonly #server: Server;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#relay(client));
  }

  static async start(target: string): Promise<ByteCounter> {
    const counter = new ByteCounter(target);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    counter.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return counter;
  }

  /** To be used instead of the target's URL; its path is kept. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { pathname } = this.#target;
    return `http://localhost:${port}${pathname === '/' ? '' : pathname}`;
  }

  reset(): void {
    this.sent = 0;
    this.connections = 0;
  }

  close(): void {
    this.#server.close();
  }

  #relay(client: Socket): void {
    this.connections += 1;
    const service = connect(Number(this.#target.port), this.#target.hostname);
    client.on('data', (chunk) => {
      this.sent += chunk.length;
    });
    client.on('error', () => service.destroy()).pipe(service);
    service.on('error', () => client.destroy()).pipe(client);
  }
}
