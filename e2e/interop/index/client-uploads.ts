// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Tools } from '../build.ts';
import { type Clients, clientsOf, mustFail } from './clients.ts';
import { type Dists, writeDists } from './dists.ts';
import { type ReleaseJob, startJob } from './job.ts';
import { judgeByPypiAttestations } from './released-provenance.ts';
import { startTlsFront } from './tls-front.ts';

interface Scene {
  readonly tools: Tools;
  readonly folder: string;
  readonly job: ReleaseJob;
  readonly clients: Clients;
}

type Uploader = (dists: Dists, scene: Scene) => Promise<void>;

/** Who uploads what we attested: each to a project of its own. */
const UPLOADERS: Readonly<Record<string, Uploader>> = {
  'sent-by-twine': uploadWithTwine,
  'sent-by-uv': uploadWithUvToken,
  'sent-by-uv-itself': uploadWithUvAlone,
  'sent-by-colophon': uploadWithColophon,
  'released-by-colophon': releaseWithColophon,
};

/**
 * Lets people's clients upload what Colophon attested to the sandbox's index, and install it from there; Colophon then
 * verifies what the index serves. Gives the number of files.
 * @throws Error, CommandFailure where one of them does not
 */
export async function checkClientUploads(tools: Tools, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const projects = Object.keys(UPLOADERS);
  const job = await startJob(projects, folder);
  try {
    const scene = { tools, folder, job, clients: clientsOf(tools.python, folder) };
    const dists = await Promise.all(projects.map((project) => writeDists(join(folder, project), project)));
    await job.mustColophon(['attest', ...projects]);
    await refusesForeignEvidence(dists, scene);
    for (const one of dists) {
      await UPLOADERS[one.project]?.(one, scene);
      await verifyServed(one, scene);
      await install(one, scene);
    }
    return dists.length * 2;
  } finally {
    await job.close();
  }
}

const withEvidence = ({ wheel, sdist }: Dists): string[] =>
  [wheel, sdist].flatMap((file) => [file, `${file}.publish.attestation`]);

async function uploadWithTwine(dists: Dists, { clients, job }: Scene): Promise<void> {
  const { uploadUrl } = job.sandbox.index;
  const options = [
    '--non-interactive',
    '--disable-progress-bar',
    '--attestations',
    '--repository-url',
    uploadUrl,
  ];
  const credential = { TWINE_USERNAME: '__token__', TWINE_PASSWORD: await job.mintToken() };
  await clients.twine(['upload', ...options, ...withEvidence(dists)], credential);
}

async function uploadWithUvToken(dists: Dists, { clients, job }: Scene): Promise<void> {
  const where = ['--publish-url', job.sandbox.index.uploadUrl, '--trusted-publishing', 'never'];
  const credential = { UV_PUBLISH_TOKEN: await job.mintToken() };
  await clients.uv(['publish', '--no-config', ...where, ...withEvidence(dists)], credential);
}

/** uv asks for the audience, gets the job's token and trades it in by itself, but only by https. */
async function uploadWithUvAlone(dists: Dists, { clients, job, tools, folder }: Scene): Promise<void> {
  const { environment, index } = job.sandbox;
  const front = await startTlsFront(tools.system.openssl, folder, index.uploadUrl);
  try {
    const where = ['--publish-url', `${front.origin}/legacy/`, '--trusted-publishing', 'always'];
    const trusting = { ...environment, SSL_CERT_FILE: front.certificate };
    await clients.uv(['publish', '--no-config', ...where, ...withEvidence(dists)], trusting);
  } finally {
    await front.close();
  }
}

/** The product itself: not with a password that lies around, and then by trusted publishing. */
async function uploadWithColophon({ wheel, sdist }: Dists, { job }: Scene): Promise<void> {
  const argv = ['publish', wheel, sdist, '--index', job.sandbox.index.uploadUrl];
  const doubtful = await job.colophon(argv, { TWINE_PASSWORD: 'pypi-of-somebody' });
  if (doubtful.status !== 2 || !doubtful.stderr.includes('ERR_CREDENTIAL_CONFLICT'))
    throw new Error(`publish with two credentials: exit ${doubtful.status}\n${doubtful.stderr}`);
  await job.mustColophon([...argv, '--attestations', 'require']);
}

/** The whole pipeline, signing anew; then the reference judges what the index serves. */
async function releaseWithColophon({ wheel, sdist, project }: Dists, scene: Scene): Promise<void> {
  const { job, folder, tools } = scene;
  const { uploadUrl, simpleUrl } = job.sandbox.index;
  const where = ['--index', uploadUrl, '--check-url', simpleUrl];
  const argv = ['release', wheel, sdist, ...where, '--publisher', job.publisher, '--overwrite'];
  await job.mustColophon([...argv, '--journal', join(folder, 'journal.json')]);
  await judgeByPypiAttestations([wheel, sdist], { job, project, folder, python: tools.python });
}

/** A wheel with the attestation of another file: the index says no to twine, and keeps nothing. */
async function refusesForeignEvidence([dists, other]: readonly Dists[], scene: Scene): Promise<void> {
  if (dists === undefined || other === undefined) throw new TypeError('two releases are needed');
  const folder = join(scene.folder, 'foreign');
  await mkdir(folder);
  const wheel = join(folder, basename(dists.wheel));
  await copyFile(dists.wheel, wheel);
  await copyFile(`${other.wheel}.publish.attestation`, `${wheel}.publish.attestation`);
  const said = await mustFail('an upload with the attestation of another file', () =>
    uploadWithTwine({ ...dists, wheel }, scene),
  );
  if (!/400 Bad Request|Invalid attestations/.test(said)) throw new Error(`twine failed otherwise: ${said}`);
  const files = scene.job.sandbox.index.projects().flatMap(({ releases }) => [...releases.values()]);
  if (files.length > 0) throw new Error('the index kept a file whose attestation it refused');
}

/** Colophon accepts what the index serves, by the index's digests and by the local files. */
async function verifyServed({ project, version, wheel, sdist }: Dists, { job }: Scene): Promise<void> {
  const demand = ['--index', job.sandbox.index.simpleUrl, '--publisher', job.publisher, '--json'];
  for (const spec of [[`${project}==${version}`], [wheel, sdist]]) {
    const { stdout } = await job.mustColophon(['verify', 'pypi', ...spec, ...demand]);
    const { files } = JSON.parse(stdout) as { files: readonly unknown[] };
    if (files.length !== 2)
      throw new Error(`verify pypi ${spec.join(' ')} judged ${files.length} files, not 2`);
  }
}

/** pip and uv install the release; what arrives is what was built. */
async function install(
  { project, version, wheel }: Dists,
  { clients, folder, job, tools }: Scene,
): Promise<void> {
  const index = ['--index-url', job.sandbox.index.simpleUrl, '--no-deps'];
  const requirement = `${project}==${version}`;
  const [byPip, byUv, fetched] = ['pip', 'uv', 'fetched'].map((name) => join(folder, `${project}-${name}`));
  if (!byPip || !byUv || !fetched) throw new TypeError('a folder is missing');
  await clients.pip(['install', ...index, '--target', byPip, requirement]);
  const python = ['--python', tools.python.interpreter];
  await clients.uv([
    'pip',
    'install',
    '--no-config',
    '--no-cache',
    ...python,
    ...index,
    '--target',
    byUv,
    requirement,
  ]);
  await clients.pip(['download', ...index, '--dest', fetched, requirement]);
  const expected = `WORD = ${JSON.stringify(project)}\n`;
  for (const target of [byPip, byUv])
    if ((await readFile(join(target, `${project.replaceAll('-', '_')}.py`), 'utf8')) !== expected)
      throw new Error(`${target} does not hold what was built`);
  if (!(await readFile(join(fetched, basename(wheel)))).equals(await readFile(wheel)))
    throw new Error(`${fetched}: other bytes than were uploaded`);
}
