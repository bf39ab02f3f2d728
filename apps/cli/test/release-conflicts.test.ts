// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainWheel } from './support/plain-wheel.ts';
import { openSigningStage, type Run, type SigningStage } from './support/signing-stage.ts';

const PUBLISHER = { kind: 'GitHub', repository: 'octo-org/sample-project', workflow: 'release.yml' } as const;
const WHEEL = 'pkg-1.0-py3-none-any.whl';

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage({
    warehouse: { publishers: [{ ...PUBLISHER, project: 'pkg', pending: true }] },
  });
  for (const folder of ['a', 'b', 'c']) await mkdir(stage.path(folder));
  await stage.write(`a/${WHEEL}`, plainWheel('pkg'));
  await stage.write(`b/${WHEEL}`, plainWheel('pkg', '1.0', 'another'));
  await stage.write(`c/${WHEEL}`, plainWheel('pkg'));
});
afterAll(() => stage.close());

async function release(...paths: string[]): Promise<Run & { entries: number }> {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  stage.taken();
  const run = await stage.run(['release', ...paths, '--index', uploadUrl, '--check-url', simpleUrl]);
  const entries = stage.taken().filter((line) => line === 'rekor POST /api/v1/log/entries').length;
  return { ...run, entries };
}

describe('a release of files that stand in each other’s way', () => {
  it('signs nothing where two have one name and other bytes', async () => {
    const run = await release('a', 'b');
    expect(run.report).toMatchObject({ status: 21, error: { code: 'ERR_CHECK_REFUSED' } });
    expect(run.stderr).toContain('another file of this name, with other bytes, is given too');
    expect(run.entries).toBe(0);
  });

  it('is not begun by publish either', async () => {
    const { uploadUrl } = stage.sandbox.index;
    const environment = { TWINE_PASSWORD: 'pypi-token' };
    const argv = ['publish', 'a', 'b', '--index', uploadUrl, '--trusted-publishing', 'never'];
    const run = await stage.run(argv, { environment });
    expect(run.report).toMatchObject({ status: 21, error: { code: 'ERR_CHECK_REFUSED' } });
    expect(stage.taken()).toEqual([]);
  });

  it('signs and sends a file once that is given twice', async () => {
    const run = await release('a', 'c');
    expect(run.report).toMatchObject({ status: 0, files: [{ file: `a/${WHEEL}`, outcome: 'done' }] });
    expect(run.entries).toBe(1);
  });
});
