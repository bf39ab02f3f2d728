// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../build/progress.ts';
import { startDevpi, startPypiserver } from '../indexes/private-index.ts';
import type { Rig } from '../rig.ts';
import { ServiceGroup } from '../stack/service-group.ts';
import { checkClientUploads } from './client-uploads.ts';
import { checkPrivatePublishing } from './private-publishing.ts';

/** Everything about indexes, on its own: no Sigstore but the sandbox's. @throws Error at the first thing that is wrong */
export async function checkIndexes(rig: Rig): Promise<void> {
  const home = join(rig.folder, 'index');
  await timed('index: twine, uv and pip', () => checkClientUploads(rig.tools, join(home, 'clients')));
  await timed('index: devpi-server and pypiserver', () => publishPrivately(rig, join(home, 'private')));
}

async function publishPrivately({ tools }: Rig, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const services = new ServiceGroup(folder);
  try {
    for (const start of [startDevpi, startPypiserver]) {
      const index = await start(services, tools.python, folder);
      await checkPrivatePublishing(tools.python, index, join(folder, `to-${index.name}`));
    }
  } finally {
    await services.close();
  }
}
