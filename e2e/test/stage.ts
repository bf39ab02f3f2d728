// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '@colophon/sandbox';
import { openWorld, type Transcript, type World } from './transcript.ts';

export const REPOSITORY = 'octo-org/sampler';
export const PUBLISHER = `github:${REPOSITORY}/release.yml`;
const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0.0`;

/** A sandbox, and a folder where the built program runs as a job of its publisher. */
export interface Stage extends World {
  readonly sandbox: Sandbox;
  readonly environment: Readonly<Record<string, string>>;
}

export async function openStage(options: SandboxOptions = {}): Promise<Stage> {
  const world = await openWorld();
  const sandbox = await startSandbox({
    githubClaims: { repository: REPOSITORY, workflow_ref: WORKFLOW, job_workflow_ref: WORKFLOW },
    warehouse: {
      publishers: [
        {
          project: 'colophon-sample',
          pending: true,
          kind: 'GitHub',
          repository: REPOSITORY,
          workflow: 'release.yml',
        },
      ],
    },
    ...options,
  });
  await mkdir(join(world.folder, 'trust'));
  const { trustConfig } = await sandbox.writeTrustFiles(join(world.folder, 'trust'));
  const environment = {
    ...sandbox.environment,
    COLOPHON_TRUST_CONFIG: trustConfig,
    COLOPHON_INDEX: sandbox.index.uploadUrl,
    UV_PUBLISH_CHECK_URL: sandbox.index.simpleUrl,
  };
  return {
    ...world,
    sandbox,
    environment,
    run: (args, extra = {}): Promise<Transcript> => world.run(args, { ...environment, ...extra }),
    close: async () => {
      await sandbox.close();
      await world.close();
    },
  };
}

/** Writes the sample package's wheel and sdist into `dist/`, by the program's own rehearsal. */
export async function writeDists(stage: World): Promise<{ wheel: string; sdist: string }> {
  await stage.run(['release', '--rehearse', '--output-directory', 'dist'], {
    COLOPHON_TRUST_CONFIG: '',
    COLOPHON_INDEX: '',
    UV_PUBLISH_CHECK_URL: '',
  });
  const { readdir, rm } = await import('node:fs/promises');
  const folder = join(stage.folder, 'dist');
  for (const name of await readdir(folder))
    if (!/\.(?:whl|tar\.gz)$/.test(name)) await rm(join(folder, name));
  return { wheel: 'dist/colophon_sample-1.0.0-py3-none-any.whl', sdist: 'dist/colophon_sample-1.0.0.tar.gz' };
}

export async function writeText(stage: World, name: string, text: string | Uint8Array): Promise<void> {
  await writeFile(join(stage.folder, name), text);
}
