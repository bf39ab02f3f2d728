// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpClient } from '@colophon/http';
import { Updater } from 'tuf-js';
import { onTestFinished } from 'vitest';
import type { TufRepository } from '../../src/index.ts';
import type { TestRepository } from './test-repository.ts';

/** A repository on loopback. */
export interface Served {
  readonly url: string;
  /** Paths without the slash, in their order. */
  readonly requests: string[];
  /** Answers instead of the repository, when set. */
  answer: ((response: ServerResponse, path: string) => boolean) | undefined;
  trusted(bootstrap?: Uint8Array): TufRepository;
  stop(): void;
}

export async function serve(repository: TestRepository): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    if (served.answer?.(response, path) === true) return;
    const bytes = repository.files.get(path);
    if (bytes === undefined) response.writeHead(404).end('no such file');
    else response.writeHead(200).end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served: Served = {
    url,
    requests,
    answer: undefined,
    trusted: (bytes = repository.first) => ({ url, bootstrap: { kind: 'root', bytes } }),
    stop,
  };
  return served;
}

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-tuf-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A client that waits for nobody. */
export function quickClient(): HttpClient {
  const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
  onTestFinished(() => http.close());
  return http;
}

/** The one file of a cache folder that holds one cache. */
export function cacheFile(folder: string): string {
  const [name = 'none'] = readdirSync(join(folder, 'tuf'));
  return join(folder, 'tuf', name);
}

/** tuf-js's own client, with its own cache, as the oracle. */
export class Stock {
  readonly #folder = scratchFolder();
  readonly #url: string;

  constructor(url: string, root: Uint8Array) {
    this.#url = url;
    writeFileSync(join(this.#folder, 'root.json'), root);
  }

  /** Whether it gets trusted_root.json out of the repository. */
  async accepts(): Promise<boolean> {
    const updater = new Updater({
      metadataDir: this.#folder,
      metadataBaseUrl: this.#url,
      targetDir: this.#folder,
      targetBaseUrl: `${this.#url}/targets`,
      config: { fetchRetry: 0, fetchRetries: 0 },
    });
    try {
      await updater.refresh();
      const info = await updater.getTargetInfo('trusted_root.json');
      if (info === undefined) return false;
      return (
        (await updater.findCachedTarget(info)) !== undefined || (await updater.downloadTarget(info)) !== ''
      );
    } catch {
      return false;
    }
  }
}
