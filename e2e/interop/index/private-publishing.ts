// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PythonPeers } from '../build/python-peers.ts';
import type { PrivateIndex } from '../indexes/private-index.ts';
import { clientsOf } from './clients.ts';
import { type Dists, writeDists } from './dists.ts';
import { mustSucceed, type Run, runColophon } from './job.ts';

/**
 * Publishes a release with Colophon to an index that knows nothing of attestations, by user name and password, and
 * fetches it back with pip: the same bytes. A wrong password and a file that is there are told as what they are.
 * @throws Error, CommandFailure
 */
export async function checkPrivatePublishing(
  python: PythonPeers,
  index: PrivateIndex,
  folder: string,
): Promise<number> {
  const project = `private-${index.name}`;
  await mkdir(folder, { recursive: true });
  const dists = await writeDists(join(folder, 'dist'), project);
  const publish = (password: string, ...words: string[]): Promise<Run> =>
    runColophon(['publish', 'dist', '--index', index.uploadUrl, '--json', ...words], folder, {
      TWINE_USERNAME: index.username,
      TWINE_PASSWORD: password,
    });
  expectRefusal(await publish('not-the-password', '--attestations', 'off'), 'ERR_INDEX_FORBIDDEN');
  const done = mustSucceed(['publish'], await publish(index.password, '--attestations', 'off'));
  if (!done.stdout.includes('"sent":false'))
    throw new Error('the report does not say that nothing was attested');
  await fetchBack(python, index, { dists, folder });
  await checkSkipping(
    index,
    await publish(index.password, '--skip-existing', '--check-url', index.simpleUrl),
  );
  return 2;
}

function expectRefusal({ status, stdout }: Run, code: string): void {
  if (status !== 0 && stdout.includes(`"${code}"`)) return;
  throw new Error(`publish should have ended with ${code}, not with ${status}: ${stdout}`);
}

/** devpi has the JSON form of its pages, so that what is there is known; pypiserver has HTML only, which is an error of its own. */
async function checkSkipping({ name }: PrivateIndex, run: Run): Promise<void> {
  if (name === 'pypiserver') return expectRefusal(run, 'ERR_INDEX_HTML');
  const { stdout } = mustSucceed(['publish', '--skip-existing'], run);
  if (stdout.split('"wasThere":true').length !== 3)
    throw new Error(`${name}: not all files were found: ${stdout}`);
}

interface Published {
  readonly dists: Dists;
  readonly folder: string;
}

async function fetchBack(
  python: PythonPeers,
  index: PrivateIndex,
  { dists, folder }: Published,
): Promise<void> {
  const clients = clientsOf(python, folder);
  const target = join(folder, 'fetched');
  const where = ['--index-url', index.simpleUrl, '--no-deps', '--dest', target];
  await clients.pip(['download', ...where, `${dists.project}==${dists.version}`]);
  // An sdist is built to learn its name; the build back-end is the one that the peers have.
  const source = ['--no-binary', ':all:', '--no-build-isolation'];
  await clients.pip(['download', ...where, ...source, `${dists.project}==${dists.version}`]);
  for (const file of [dists.wheel, dists.sdist])
    if (!(await readFile(join(target, basename(file)))).equals(await readFile(file)))
      throw new Error(`${index.name} gave other bytes of ${basename(file)} than it got`);
}
