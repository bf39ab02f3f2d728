// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, writeDists, writeText, type Stage } from './stage.ts';

describe('release', () => {
  let stage: Stage;
  let dists: { wheel: string; sdist: string };

  beforeEach(async () => {
    stage = await openStage();
    dists = await writeDists(stage);
  });
  afterEach(() => stage.close());

  it('checks, attests, uploads, reads back and verifies', async () => {
    const { text } = await stage.run(['release', '--publisher', PUBLISHER]);
    expect(inOrder(text)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      released: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      released: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      checked 2 files
      releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
      attested colophon_sample-1.0.0-py3-none-any.whl, log index [INDEX]; verified
      attested colophon_sample-1.0.0.tar.gz, log index [INDEX]; verified
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      read back colophon_sample-1.0.0-py3-none-any.whl: the same bytes, attestation verified
      read back colophon_sample-1.0.0.tar.gz: the same bytes, attestation verified
      anyone can verify it: colophon verify release colophon-sample==1.0.0 --publisher github:octo-org/sampler/release.yml --index http://localhost:[PORT]/simple/ --trust-config [TMP]/trust/trust_config.json
      "
    `);
    expect(stage.sandbox.index.projects()).toHaveLength(1);
  });

  it('has nothing to do the second time, on a machine that knows nothing of the first', async () => {
    await stage.run(['release']);
    const entries = await stage.run(['release', '--json', '--output-directory', 'elsewhere']);
    const report = JSON.parse(entries.stdout);
    expect(report).toMatchObject({ schema: 'colophon.release/1', status: 0, publisher: PUBLISHER });
    expect(report.files).toHaveLength(2);
    for (const file of report.files)
      expect(file).toMatchObject({ outcome: 'done', stage: 'verified', wasThere: true });
    expect(await readdir(stage.folder)).not.toContain('elsewhere');
  });

  it('refuses other bytes under a name that is there, before anything is signed', async () => {
    await stage.run(['release', dists.sdist]);
    const bytes = await readFile(join(stage.folder, dists.sdist));
    bytes[9] = (bytes[9] ?? 0) ^ 1;
    await writeText(stage, dists.sdist, bytes);
    const { status, stderr } = await stage.run(['release', '--json', '--overwrite']);
    expect(status).toBe(41);
    expect(stderr).toContain('error[ERR_FILE_DIFFERS]');
    expect(await readdir(join(stage.folder, 'dist'))).not.toContain(
      'colophon_sample-1.0.0-py3-none-any.whl.publish.attestation',
    );
  });

  it('is partial when one file is refused, and finishes when it is run again', async () => {
    stage.sandbox.faults.add({
      service: 'index',
      method: 'POST',
      path: '/legacy/',
      times: 1,
      fault: { kind: 'status', status: 400 },
    });
    const first = await stage.run(['release', '--json']);
    expect(first.status).toBe(43);
    expect(
      JSON.parse(first.stdout)
        .files.map((file: { outcome: string }) => file.outcome)
        .toSorted(),
    ).toEqual(['done', 'failed']);
    const second = await stage.run(['release', '--json']);
    expect(second.status).toBe(0);
    expect(
      JSON.parse(second.stdout).files.every(
        (file: { reusedEvidence: boolean; wasThere: boolean }) => file.reusedEvidence || file.wasThere,
      ),
    ).toBe(true);
  });

  it('asks the index when the answer to an upload was lost', async () => {
    stage.sandbox.faults.add({
      service: 'index',
      method: 'POST',
      path: '/legacy/',
      times: 1,
      fault: { kind: 'cut-after' },
    });
    const { status, stderr } = await stage.run(['release']);
    expect(stderr).toContain('asking the index before trying again');
    expect(status).toBe(0);
  });

  it('gets an entry that was logged although the answer was lost', async () => {
    stage.sandbox.faults.add({ service: 'rekor', method: 'POST', times: 2, fault: { kind: 'cut-after' } });
    expect((await stage.run(['release'])).status).toBe(0);
  });

  it('stops where this job is not the publisher that was named', async () => {
    const { status, stderr } = await stage.run([
      'release',
      '--publisher',
      'github:octo-org/other/release.yml',
    ]);
    expect(status).toBe(40);
    expect(stderr).toContain('error[ERR_PUBLISHER_MISMATCH]');
  });

  it('stops where evidence beside a file is another’s', async () => {
    await stage.run(['attest', dists.sdist]);
    const attestation = await readFile(join(stage.folder, `${dists.sdist}.publish.attestation`));
    await writeText(stage, `${dists.wheel}.publish.attestation`, attestation);
    const { status, stderr } = await stage.run(['release', '--json']);
    expect(status).toBe(30);
    expect(stderr).toContain('error[ERR_SUBJECT_NAME]');
    expect(stage.sandbox.index.projects().every((project) => project.releases.size === 0)).toBe(true);
  });

  it('says in the index’s own words why it gives no token', async () => {
    const other = await openStage({ warehouse: { publishers: [] } });
    try {
      await writeDists(other);
      const { status, stderr } = await other.run(['release']);
      expect(status).toBe(41);
      expect(stderr).toContain('valid token, but no corresponding publisher');
    } finally {
      await other.close();
    }
  });
});

/** Files are attested at once: which one is first, and gets the lower index, is chance. */
function inOrder(text: string): string {
  const lines = text.replaceAll(/log index \d+/g, 'log index [INDEX]').split('\n');
  const attested = lines.filter((line) => line.startsWith('attested ')).toSorted();
  return lines.map((line) => (line.startsWith('attested ') ? attested.shift() : line)).join('\n');
}
