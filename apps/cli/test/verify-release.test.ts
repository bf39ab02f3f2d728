// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { startIndex, type ServedFile } from './support/index-server.ts';
import { openWorld, PRODUCTION } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const WHEEL = 'pypi_attestations-0.0.19-py3-none-any.whl';
const OURS = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
const OTHER = ['--publisher', 'github:octo-org/sampler/release.yml'];
const PROJECT = 'pypi-attestations';
const RELEASE = `${PROJECT}==0.0.19`;

function sdist(more: Partial<ServedFile> = {}): ServedFile {
  const bytes = readVector(`pep740/${SDIST}`);
  const provenance = readVector(`pep740/${SDIST}.provenance`);
  return { filename: SDIST, bytes, sha256: encodeHex(sha256(bytes)), provenance, ...more };
}

function made(filename: string, more: Partial<ServedFile> = {}): ServedFile {
  const bytes = Buffer.from('a file that nobody attested');
  return { filename, bytes, sha256: encodeHex(sha256(bytes)), ...more };
}

interface Case {
  readonly listed: readonly ServedFile[] | undefined;
  /** What is built, by name: the true sdist, or other bytes. */
  readonly built?: Readonly<Record<string, 'true' | 'other'>>;
  readonly argv?: readonly string[];
  readonly status: number;
  /** Of each file that is not verified. */
  readonly codes?: readonly string[];
}

const CASES: Readonly<Record<string, () => Case>> = {
  'is there as it was built': () => ({ listed: [sdist()], built: { [SDIST]: 'true' }, status: 0 }),
  'is there, whatever was built': () => ({ listed: [sdist()], status: 0 }),
  'lacks a file that was built': () => ({
    listed: [sdist()],
    built: { [SDIST]: 'true', [WHEEL]: 'other' },
    status: 42,
    codes: ['ERR_NOT_VISIBLE'],
  }),
  'is not there at all': () => ({
    listed: undefined,
    built: { [SDIST]: 'true' },
    status: 42,
    codes: ['ERR_NOT_VISIBLE'],
  }),
  'is unknown': () => ({ listed: undefined, status: 20, codes: ['ERR_PROJECT_NOT_FOUND'] }),
  'is another version': () => ({
    listed: [made('pypi_attestations-0.0.20.tar.gz')],
    status: 20,
    codes: ['ERR_NO_INPUT'],
  }),
  'has a file that was not built': () => ({
    listed: [sdist(), made(WHEEL)],
    built: { [SDIST]: 'true' },
    status: 30,
    codes: ['ERR_NOT_BUILT'],
  }),
  'has a file without evidence': () => ({
    listed: [sdist(), made(WHEEL)],
    status: 31,
    codes: ['ERR_NO_PROVENANCE'],
  }),
  'has an egg': () => ({
    listed: [sdist(), made('pypi_attestations-0.0.19-py3.11.egg'), made('pypi_attestations-0.0.2.egg')],
    status: 31,
    codes: ['ERR_NO_PROVENANCE'],
  }),
  'is somebody else’s': () => ({ listed: [sdist()], argv: OTHER, status: 30, codes: ['ERR_IDENTITY'] }),
  'has other bytes than were built': () => ({
    listed: [sdist()],
    built: { [SDIST]: 'other' },
    status: 30,
    codes: ['ERR_FILE_DIGEST'],
  }),
  'serves other bytes than it lists': () => ({
    listed: [sdist({ bytes: Buffer.alloc(readVector(`pep740/${SDIST}`).length) })],
    built: { [SDIST]: 'true' },
    status: 30,
    codes: ['ERR_FILE_DIGEST'],
  }),
};

async function verifyRelease({ listed, built = {}, argv = OURS }: Omit<Case, 'status'>, more: string[] = []) {
  const index = await startIndex(listed === undefined ? {} : { [PROJECT]: listed });
  const world = openWorld();
  for (const [name, bytes] of Object.entries(built))
    world.write(name, bytes === 'true' ? readVector(`pep740/${name}`) : 'other bytes');
  const flags = [...argv, ...PRODUCTION, '--index', index.root, ...more];
  const report = await world.json('verify', 'release', RELEASE, ...Object.keys(built), ...flags);
  return report as { status: number; files: { status: number; code?: string }[] };
}

describe.runIf(haveVectors)('verify release', () => {
  it.each(Object.entries(CASES))('says of a release that it %s', async (_title, describeCase) => {
    const one = describeCase();
    const { status, files } = await verifyRelease(one);
    expect(status).toBe(one.status);
    expect(files.flatMap(({ code }) => code ?? [])).toEqual(one.codes ?? []);
  });

  it('waits for what is not visible yet, as long as it was told to', async () => {
    const late: ServedFile[] = [];
    setTimeout(() => late.push(sdist()), 500);
    const { status } = await verifyRelease({ listed: late, built: { [SDIST]: 'true' } }, ['--wait', '10']);
    expect(status).toBe(0);
  });

  const wrong: [title: string, argv: string[]][] = [
    ['no release', []],
    ['a path alone', [SDIST]],
    ['nobody', [RELEASE]],
    ['two publishers', [RELEASE, ...OURS, ...OTHER]],
    ['a file of another release', ['other==1.0', SDIST, ...OURS]],
    ['a wait of words', [RELEASE, '--wait', 'long', ...OURS]],
  ];
  it.each(wrong)('refuses %s', async (_title, argv) => {
    const world = openWorld();
    world.write(SDIST, 'bytes');
    const { status, stderr } = await world.run('verify', 'release', ...argv, ...PRODUCTION);
    expect({ status, first: stderr.split('\n')[0] }).toEqual({ status: 2, first: 'nothing was verified' });
  });
});
