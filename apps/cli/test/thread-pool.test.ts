// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '..', 'src', 'thread-pool.ts');

const PROGRAM = `
  import { availableParallelism } from 'node:os';
  import { readdirSync } from 'node:fs';
  import { sizeThreadPool } from ${JSON.stringify(MODULE)};
  const threads = () => readdirSync('/proc/self/task').length;
  const before = threads();
  sizeThreadPool(process.env);
  const started = threads() - before;
  console.log(JSON.stringify({ started, cores: availableParallelism(), left: process.env.UV_THREADPOOL_SIZE ?? null }));
`;

async function run(environment: Readonly<Record<string, string>>) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@colophon/source', '--input-type=module', '--eval', PROGRAM],
    { env: environment },
  );
  return JSON.parse(stdout) as { started: number; cores: number; left: string | null };
}

describe.runIf(process.platform === 'linux')('the thread pool', () => {
  it('has a thread for each core, two at least and sixteen at most, and nobody inherits the number', async () => {
    const { started, cores, left } = await run({});
    expect({ started, left }).toEqual({ started: Math.min(16, Math.max(2, cores)), left: null });
  });

  it('stays as the user has it', async () => {
    expect(await run({ UV_THREADPOOL_SIZE: '3' })).toMatchObject({ started: 0, left: '3' });
  });
});
