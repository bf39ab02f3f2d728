// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../build/command.ts';
import type { PythonPeers } from '../build/python-peers.ts';
import type { ReleaseJob } from './job.ts';

/** Where sigstore-python looks for the public instance's trusted root below its cache. */
const CACHE = 'sigstore-python/tuf/https%3A%2F%2Ftuf-repo-cdn.sigstore.dev';
const SIMPLE = 'application/vnd.pypi.simple.v1+json';

/**
 * Lets `pypi-attestations verify pypi --provenance-file` judge what the index serves of files that are here: unchanged, but
 * offline, with a cache of trust that holds the sandbox's root.
 * @throws CommandFailure where it refuses one
 */
export async function judgeByPypiAttestations(
  files: readonly string[],
  { job, project, folder, python }: { job: ReleaseJob; project: string; folder: string; python: PythonPeers },
): Promise<void> {
  const cache = join(folder, 'cache');
  await mkdir(join(cache, CACHE), { recursive: true });
  await copyFile(job.trustedRoot, join(cache, CACHE, 'trusted_root.json'));
  const page = await fetch(new URL(`${project}/`, job.sandbox.index.simpleUrl), {
    headers: { accept: SIMPLE },
  });
  const { files: listed } = (await page.json()) as { files: { filename: string; provenance: string }[] };
  const repository = `https://github.com/${job.publisher.replace(/^github:(.+)\/[^/]+$/, '$1')}`;
  for (const path of files) {
    const url = listed.find(({ filename }) => filename === basename(path))?.provenance;
    if (url === undefined) throw new Error(`the index has no provenance of ${basename(path)}`);
    const provenance = join(folder, `${basename(path)}.provenance`);
    await writeFile(provenance, await (await fetch(url)).text());
    const argv = ['verify', 'pypi', '--offline', '--repository', repository, '--provenance-file', provenance];
    await runCommand(join(python.commands, 'pypi-attestations'), [...argv, path], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, XDG_CACHE_HOME: cache, LANG: 'C.UTF-8' },
    });
  }
}
