// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sampleWheel } from './sample-wheel.ts';

const LOOPBACK_ONLY = `--import=${new URL('loopback-only.ts', import.meta.url).href}`;

/** What the README shows of the demo, in pieces, with another dist's name. */
function shown(dist: string): string[] {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, excerpt = ''] = /```text\n(OK: .*?)```/s.exec(text) ?? [];
  expect(excerpt).toContain('[ERR_IDENTITY]');
  return excerpt
    .trim()
    .replaceAll('colophon_sample-1.0.0', dist)
    .split(/ *…\n? ?|\n/);
}

it('the demo does the same with a dist that it does not know, and opens no socket beyond loopback', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-e2e-demo-'));
  try {
    const wheel = join(folder, 'marigold-3.1.4-py3-none-any.whl');
    await writeFile(wheel, sampleWheel('marigold', '3.1.4'));
    const demo = resolve(import.meta.dirname, '../demo/demo.mjs');
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      SystemRoot: process.env['SystemRoot'],
      NODE_OPTIONS: LOOPBACK_ONLY,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [demo, wheel], { env });
    expect(stdout).toContain('released: marigold-3.1.4-py3-none-any.whl');
    expect(stdout.match(/\(exit status \d+\)/g)).toEqual(
      [0, 0, 0, 30, 30].map((status) => `(exit status ${status})`),
    );
    let from = 0;
    for (const piece of shown('marigold-3.1.4')) {
      expect(stdout.slice(from)).toContain(piece);
      from = stdout.indexOf(piece, from) + piece.length;
    }
    expect(stdout).toMatch(/All as it should be\.\n$/);
    const leave = "fetch('http://192.0.2.1/').catch(() => {})";
    await expect(promisify(execFile)(process.execPath, ['-e', leave], { env })).rejects.toMatchObject({
      code: 99,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
