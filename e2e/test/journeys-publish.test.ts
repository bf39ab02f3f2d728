// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, writeDists, type Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await writeDists(stage);
});
afterEach(() => stage.close());

function kept(): number {
  return stage.sandbox.index.projects().flatMap(({ releases }) => [...releases.values()]).length;
}

describe('a dry run of a release', () => {
  it('says what would be done, and signs, sends and writes nothing', async () => {
    const before = await readdir(join(stage.folder, 'dist'));
    const { text } = await stage.run(['release', '--dry-run', '--print-hash', '--publisher', PUBLISHER]);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      would be signed and uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]  blake2b-256 [SHA256]
      would be signed and uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]  blake2b-256 [SHA256]
      --- stderr
      checked 2 files
      releasing 2 files to localhost:[PORT] as github:octo-org/sampler/release.yml
      dry run: nothing was signed, and nothing sent to http://localhost:[PORT]/legacy/
      "
    `);
    expect(kept()).toBe(0);
    expect(await readdir(join(stage.folder, 'dist'))).toEqual(before);
    expect(existsSync(join(stage.folder, '.colophon'))).toBe(false);
  });
});
