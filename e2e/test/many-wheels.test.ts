// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleWheel } from './sample-wheel.ts';
import { openStage, writeText, type Stage } from './stage.ts';

const PYTHONS = ['cp39', 'cp310', 'cp311', 'cp312', 'cp313', 'cp314'];
const PLATFORMS = [
  'manylinux_2_17_x86_64',
  'manylinux_2_17_aarch64',
  'manylinux_2_17_ppc64le',
  'manylinux_2_17_s390x',
  'musllinux_1_2_x86_64',
  'musllinux_1_2_aarch64',
  'macosx_10_13_x86_64',
  'macosx_11_0_arm64',
  'win32',
  'win_amd64',
];
const TAGS = PYTHONS.flatMap((python) => PLATFORMS.map((platform) => `${python}-${python}-${platform}`));
const MIDWAY = 30;

interface Report {
  readonly status: number;
  readonly files: readonly {
    readonly file: string;
    readonly outcome: string;
    readonly retry: boolean;
    readonly code?: string;
  }[];
}

describe('a release of sixty wheels', () => {
  let stage: Stage;
  let uploads = 0;
  let entries = 0;

  beforeAll(async () => {
    stage = await openStage({
      onExchange: ({ service, method, url, status }) => {
        if (service === 'rekor' && method === 'POST' && status === 201) entries += 1;
        if (service !== 'index' || method !== 'POST' || url.pathname !== '/legacy/') return;
        uploads += 1;
        if (uploads === MIDWAY) refuseNext();
      },
    });
    const refuseNext = () =>
      stage.sandbox.faults.add({
        service: 'index',
        method: 'POST',
        path: '/legacy/',
        times: 1,
        fault: {
          kind: 'status',
          status: 400,
          body: JSON.stringify({ message: 'no', code: '400 not this one' }),
        },
      });
    await mkdir(`${stage.folder}/dist`);
    for (const tag of TAGS)
      await writeText(
        stage,
        `dist/colophon_sample-1.0-${tag}.whl`,
        sampleWheel('colophon_sample', '1.0', tag),
      );
  });
  afterAll(() => stage.close());

  const release = async (): Promise<Report> =>
    JSON.parse((await stage.run(['release', '--json', '--attestations', 'require'])).stdout) as Report;

  it('is partial where one of them is refused midway, tells which, and is completed by the same command', {
    timeout: 120_000,
  }, async () => {
    const first = await release();
    expect(first.status).toBe(43);
    expect(first.files).toHaveLength(TAGS.length);
    const failed = first.files.filter(({ outcome }) => outcome !== 'done');
    expect(failed).toMatchObject([{ outcome: 'failed', code: 'ERR_INDEX_REFUSED', retry: false }]);

    const second = await release();
    expect(second.status).toBe(0);
    expect(second.files.filter(({ outcome }) => outcome === 'done')).toHaveLength(TAGS.length);
    expect(entries).toBe(TAGS.length);
    expect(uploads).toBe(TAGS.length + 1);
    const [project] = stage.sandbox.index.projects();
    const files = [...(project?.releases.values() ?? [])].flatMap(({ files: found }) => found);
    expect(files.filter(({ provenance }) => provenance !== undefined)).toHaveLength(TAGS.length);
  });
});
