// SPDX-License-Identifier: Apache-2.0
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, writeDists, writeText, type Stage } from './stage.ts';

const TOKEN = 'pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAw';

describe('publish', () => {
  let stage: Stage;
  let dists: { wheel: string; sdist: string };

  beforeEach(async () => {
    const publisher = { kind: 'GitHub', repository: 'octo-org/sampler', workflow: 'release.yml' } as const;
    stage = await openStage({
      githubClaims: { repository: publisher.repository },
      warehouse: {
        publishers: [{ ...publisher, project: 'colophon-sample' }],
        apiTokens: [{ token: TOKEN, projects: 'user' }],
      },
    });
    dists = await writeDists(stage);
  });
  afterEach(() => stage.close());

  const kept = (): number =>
    stage.sandbox.index.projects().reduce((sum, { releases }) => sum + releases.size, 0);

  it('takes an API token on a laptop, and says that nothing attests the files', async () => {
    const { text } = await stage.run(['publish'], { GITHUB_ACTIONS: '', TWINE_PASSWORD: TOKEN });
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      warning: no attestations are sent: localhost:[PORT]/legacy/ is given TWINE_PASSWORD, and attestations need trusted publishing
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      "
    `);
    expect(kept()).toBe(1);
  });

  it('sends what another job attested, by trusted publishing', async () => {
    await stage.run(['attest', 'dist/']);
    const { text } = await stage.run(['publish', 'dist/']);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      "
    `);
    const verified = await stage.run([
      'verify',
      'pypi',
      'colophon-sample==1.0.0',
      '--index',
      stage.sandbox.index.simpleUrl,
      '--publisher',
      'github:octo-org/sampler/release.yml',
    ]);
    expect(verified.status).toBe(0);
  });

  it('sends nothing where one attestation was forgotten', async () => {
    await stage.run(['attest', 'dist/']);
    await rm(join(stage.folder, `${dists.sdist}.publish.attestation`));
    const { status, stderr } = await stage.run(['publish', 'dist/']);
    expect(status).toBe(31);
    expect(stderr).toContain('error[ERR_NOT_ATTESTED]');
    expect(kept()).toBe(0);
  });

  it('asks what is meant where a password lies in a trusted publisher’s job', async () => {
    const { text } = await stage.run(['publish'], { TWINE_PASSWORD: TOKEN });
    expect(text).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      error[ERR_CREDENTIAL_CONFLICT]: TWINE_PASSWORD gives a password for localhost:[PORT]/legacy/, and this job could publish without one

      hint: remove the password, or say --trusted-publishing always or never
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_credential_conflict
      "
    `);
    expect(kept()).toBe(0);
  });

  it('finishes what is there in part, once it is allowed to skip', async () => {
    const environment = { GITHUB_ACTIONS: '', UV_PUBLISH_TOKEN: TOKEN };
    await stage.run(['publish', dists.wheel], environment);
    const blunt = await stage.run(['publish'], environment);
    expect(blunt.status).toBe(41);
    expect(blunt.stderr).toContain('error[ERR_FILE_EXISTS]');
    const { status, stdout } = await stage.run(['publish', '--skip-existing'], environment);
    expect(status).toBe(0);
    expect(stdout).toContain('there before: colophon_sample-1.0.0-py3-none-any.whl');
    expect(stdout).toContain('uploaded: colophon_sample-1.0.0.tar.gz');
  });

  it('does not take last month’s files along', async () => {
    const [now, then] = [new AdmZip(await readFile(join(stage.folder, dists.wheel))), new AdmZip()];
    for (const entry of now.getEntries())
      then.addFile(entry.entryName.replace('-1.0.0.dist-info', '-0.9.0.dist-info'), entry.getData());
    await writeText(stage, 'dist/colophon_sample-0.9.0-py3-none-any.whl', then.toBuffer());
    const { status, stderr } = await stage.run(['publish'], { GITHUB_ACTIONS: '', TWINE_PASSWORD: TOKEN });
    expect(status).toBe(2);
    expect(stderr).toContain('two versions of colophon-sample in one run');
    expect(kept()).toBe(0);
  });

  it('never shows the token, whatever goes wrong', async () => {
    for (const fault of [401, 403, 500] as const) {
      const remove = stage.sandbox.faults.add({
        service: 'index',
        method: 'POST',
        path: '/legacy/',
        fault: { kind: 'status', status: fault, body: `no: ${TOKEN}` },
      });
      const words = ['publish', dists.wheel, '-v', '-v', '--time-budget', '2'];
      const { text } = await stage.run(words, { GITHUB_ACTIONS: '', UV_PUBLISH_TOKEN: TOKEN });
      remove();
      expect(text).not.toContain(TOKEN.slice(5));
      expect(text).toMatch(/^exit 4[12]$/m);
    }
  });
});
