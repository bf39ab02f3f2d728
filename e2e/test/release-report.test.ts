// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, writeDists, type Stage } from './stage.ts';
import { scrub } from './transcript.ts';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');

describe('what a release tells', () => {
  let stage: Stage;
  let summary: string;
  const scrubbed = (text: string) =>
    scrub(text, stage.folder).replaceAll(/localhost(?:%3A|\\?:)\d+/g, 'localhost [PORT]');
  const environment = () => ({ GITHUB_STEP_SUMMARY: summary });

  beforeEach(async () => {
    stage = await openStage();
    summary = join(stage.folder, 'summary.md');
    await writeDists(stage);
  });
  afterEach(() => stage.close());

  // In a shell: the commands are written for one.
  it.runIf(process.platform !== 'win32')('is how anyone can verify it: the commands do', async () => {
    const { status, stdout } = await stage.run(['release', '--json'], environment());
    expect(status).toBe(0);
    const [release] = JSON.parse(stdout).releases as { verify: string[] }[];
    const commands = release?.verify ?? [];
    expect(commands).toHaveLength(2);
    const text = await readFile(summary, 'utf8');
    for (const command of commands) expect(text).toContain(`\n${command}\n`);
    // As on the machine of somebody who has the program, and nothing else of this job.
    const shim = join(stage.folder, 'colophon');
    await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    await chmod(shim, 0o755);
    for (const command of commands) {
      const env = { PATH: `${stage.folder}${delimiter}${process.env['PATH']}`, HOME: stage.folder };
      const { stdout: said } = await promisify(execFile)('sh', ['-c', command], { cwd: stage.folder, env });
      expect(said.match(/^OK: /gm)).toHaveLength(2);
    }
  });

  it('is a summary, and marks at failures, on a runner', async () => {
    const words = 'no <b>files</b> here\r\n::set-output name=x::y\n| `code` | 100%';
    stage.sandbox.faults.add({
      service: 'index',
      method: 'POST',
      path: '/legacy/',
      times: 1,
      fault: { kind: 'status', status: 400, body: JSON.stringify({ message: words, code: '400' }) },
    });
    const { status, stderr } = await stage.run(['release'], environment());
    expect(status).toBe(43);
    const marks = stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(marks.map(scrubbed)).toMatchInlineSnapshot(`
      [
        "::error file=dist/colophon_sample-1.0.0-py3-none-any.whl,title=ERR_INDEX_REFUSED::colophon_sample-1.0.0-py3-none-any.whl: http://localhost:[PORT]/legacy/ refused (400): no <b>files</b> here : :set-output name=x: :y | \`code\` | 100%25",
      ]
    `);
    expect(scrubbed(await readFile(summary, 'utf8'))).toMatchInlineSnapshot(`
      "### colophon\\-sample 1\\.0\\.0 is not released to localhost [PORT]\\/legacy\\/

      | | file | SHA-256 |
      | --- | --- | --- |
      | FAILED | colophon\\_sample\\-1\\.0\\.0\\-py3\\-none\\-any\\.whl | [SHA256] |
      | released | colophon\\_sample\\-1\\.0\\.0\\.tar\\.gz | [SHA256] |

      * ERR\\_INDEX\\_REFUSED\\: colophon\\_sample\\-1\\.0\\.0\\-py3\\-none\\-any\\.whl\\: http\\:\\/\\/localhost [PORT]\\/legacy\\/ refused \\(400\\)\\: no \\<b\\>files\\<\\/b\\> here \\: \\:set\\-output name\\=x\\: \\:y \\| \\\`code\\\` \\| 100\\%

      The same command finishes what is missing; nothing is done twice.

      "
    `);
  });

  it('is a mark where nothing was begun', async () => {
    const { status, stderr } = await stage.run(
      ['release', '--publisher', 'github:octo-org/other/release.yml'],
      environment(),
    );
    expect(status).toBe(40);
    expect(stderr).toMatch(/^::error title=ERR_PUBLISHER_MISMATCH::/m);
    expect(await readFile(summary, 'utf8')).toContain('### Not released');
  });

  it('is neither on another machine', async () => {
    const { stderr } = await stage.run(['release', '--publisher', 'github:octo-org/other/release.yml'], {
      ...environment(),
      GITHUB_ACTIONS: '',
    });
    expect(stderr).not.toMatch(/^::/m);
    await expect(readFile(summary)).rejects.toThrow('ENOENT');
  });

  it('names its publisher to whoever verifies it', async () => {
    const { stderr } = await stage.run(['release']);
    expect(stderr).toMatch(
      new RegExp(`^anyone can verify it: colophon verify release \\S+ --publisher ${PUBLISHER} `, 'm'),
    );
  });
});
