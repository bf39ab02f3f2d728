// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@colophon/sandbox';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/command-line.ts';

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user with a home of their own, at a time of the test's choice. */
export class TrustWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'colophon-trust-'));
  readonly environment: Record<string, string> = {
    HOME: join(this.folder, 'home'),
    XDG_CACHE_HOME: join(this.folder, 'caches'),
    XDG_CONFIG_HOME: join(this.folder, 'settings'),
    // Whatever would leave this machine ends at a closed port.
    HTTPS_PROXY: 'http://127.0.0.1:9',
  };
  now = new Date();

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The one file of caches that there is. */
  get cacheFile(): string {
    const folder = join(this.folder, 'caches', 'colophon', 'tuf');
    return join(folder, readdirSync(folder)[0] ?? 'none');
  }

  /** Puts another trusted root into the cache, as somebody would who can write there. */
  tamper(): void {
    const document = JSON.parse(readFileSync(this.cacheFile, 'utf8')) as { files: Record<string, string> };
    document.files['trusted_root.json'] = Buffer.from('{}').toString('base64');
    writeFileSync(this.cacheFile, JSON.stringify(document));
  }

  async run(...argv: string[]): Promise<Run> {
    const [out, error]: [string[], string[]] = [[], []];
    const status = await runCommandLine(argv, {
      environment: this.environment,
      workingDirectory: this.folder,
      stderrIsTerminal: false,
      stdoutIsTerminal: false,
      signal: new AbortController().signal,
      now: () => this.now,
      writeOut: (text) => void out.push(text),
      writeError: (text) => void error.push(text),
    });
    return { status, stdout: out.join(''), stderr: error.join('') };
  }

  async json(...argv: string[]): Promise<Record<string, unknown>> {
    return JSON.parse((await this.run(...argv, '--json')).stdout) as Record<string, unknown>;
  }

  later(days: number): void {
    this.now = new Date(this.now.getTime() + days * 86_400_000);
  }
}

export interface TrustStage {
  readonly world: TrustWorld;
  readonly sandbox: Sandbox;
  /** The URL of the sandbox's TUF repository. */
  readonly url: string;
  /** Paths of the requests to it, since it was added. */
  readonly requests: string[];
}

/** A sandbox, and a user who trusts its TUF repository. */
export async function openTrustStage(): Promise<TrustStage> {
  const world = new TrustWorld();
  const requests: string[] = [];
  const sandbox = await startSandbox({
    onExchange: ({ service, url }) => {
      if (service === 'tuf') requests.push(url.pathname);
    },
  });
  onTestFinished(() => sandbox.close());
  await sandbox.writeTrustFiles(world.path('trust'));
  await world.run('trust', 'add', sandbox.urls.tuf, 'trust/root.json');
  return { world, sandbox, url: sandbox.urls.tuf, requests };
}
