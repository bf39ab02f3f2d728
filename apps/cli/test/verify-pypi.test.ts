// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { encodeHex, sha256 } from '@colophon/base';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { startIndex, type ServedFile } from './support/index-server.ts';
import { openWorld, PRODUCTION } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const WHEEL = 'pypi_attestations-0.0.19-py3-none-any.whl';
const RELEASE = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
const OTHER = ['--publisher', 'github:octo-org/sampler/release.yml'];
const PROJECT = 'pypi-attestations';

const provenance = () => readVector(`pep740/${SDIST}.provenance`);
function sdist(more: Partial<ServedFile> = {}): ServedFile {
  const bytes = readVector(`pep740/${SDIST}`);
  return { filename: SDIST, bytes, sha256: encodeHex(sha256(bytes)), provenance: provenance(), ...more };
}
function wheel(more: Partial<ServedFile> = {}): ServedFile {
  const bytes = Buffer.from('a wheel that nobody attested');
  return { filename: WHEEL, bytes, sha256: encodeHex(sha256(bytes)), ...more };
}

async function verify(files: readonly ServedFile[] | number, ...argv: string[]) {
  const index = await startIndex({ [PROJECT]: files });
  const world = openWorld();
  const flags = argv.some((word) => word.startsWith('--publisher')) ? [] : RELEASE;
  const transcript = await world.run(
    'verify',
    'pypi',
    ...argv,
    ...flags,
    ...PRODUCTION,
    '--index',
    index.root,
  );
  return { ...transcript, index, world };
}

describe.runIf(haveVectors)('verify pypi', () => {
  it('verifies every file of a release by the digests that the index lists, and fetches none', async () => {
    const { index, ...transcript } = await verify([sdist(), wheel()], 'PyPI_attestations==v0.0.19.0');
    expect(index.requests).toEqual([`/simple/${PROJECT}/`, `/provenance/${SDIST}`]);
    expect({ ...transcript, world: undefined }).toMatchInlineSnapshot(`
      {
        "status": 31,
        "stderr": "error[ERR_NO_PROVENANCE]: pypi_attestations-0.0.19-py3-none-any.whl: http://INDEX/simple/ has no provenance for it

      hint: was it uploaded with attestations? Older releases, and most that a person uploaded, have none
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_provenance
      1 of 2 verified; the trusted root is TRUST/public-good/trusted_root.json
      ",
        "stdout": "OK: pypi_attestations-0.0.19.tar.gz  publish attestation by github:trailofbits/pypi-attestations/release.yml@refs/tags/v0.0.19, logged 2024-12-04T23:14:01Z (index 153454663)
      NONE: pypi_attestations-0.0.19-py3-none-any.whl  [ERR_NO_PROVENANCE] http://INDEX/simple/ has no provenance for it
      ",
        "world": undefined,
      }
    `);
  });

  it.each([
    ['a release', `${PROJECT}==0.0.19`],
    ['a file name', `pypi:${SDIST}`],
  ])('takes %s', async (_what, spec) => {
    expect(await verify([sdist()], spec)).toMatchObject({ status: 0 });
  });

  it('takes the URL of a file on the index’s file host, and no other', async () => {
    const world = openWorld();
    const index = await startIndex({ [PROJECT]: [sdist()] });
    const run = (url: string) =>
      world.run('verify', 'pypi', url, ...RELEASE, ...PRODUCTION, '--index', index.root);
    const url = index.fileUrl(SDIST);
    expect(await run(url)).toMatchObject({ status: 0 });
    expect(await run(`${url}#sha256=${sdist().sha256}`)).toMatchObject({ status: 0 });
    expect(await run(`${url}#sha256=${wheel().sha256}`)).toMatchObject({ status: 30 });
    expect(await run(`https://files.example/${SDIST}`)).toMatchObject({ status: 20 });
  });

  it('takes local files and folders, whose digests must be the index’s', async () => {
    const world = openWorld();
    const index = await startIndex({ [PROJECT]: [sdist()] });
    world.copy(SDIST);
    const run = (spec: string) =>
      world.run('verify', 'pypi', spec, ...RELEASE, ...PRODUCTION, '--index', index.root);
    expect(await run(SDIST)).toMatchObject({ status: 0 });
    expect(await run('.')).toMatchObject({ status: 0 });
    world.write(SDIST, 'something else');
    const { status, stdout } = await run(SDIST);
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_FILE_DIGEST]')]);
  });

  it('needs no index for a local file with its provenance', async () => {
    const world = openWorld();
    world.copy(SDIST, [`${SDIST}.provenance`, 'p.json']);
    const argv = ['verify', 'pypi', SDIST, '--provenance', 'p.json', ...PRODUCTION, '--offline'];
    expect(await world.run(...argv, ...RELEASE)).toMatchObject({ status: 0 });
    expect(await world.run(...argv, ...OTHER)).toMatchObject({ status: 30 });
  });

  it('judges by provenance from a file in place of the index’s, for one file, and keeps it with the download', async () => {
    const world = openWorld();
    const index = await startIndex({ [PROJECT]: [sdist({ provenance: 503 }), wheel()] });
    world.copy([`${SDIST}.provenance`, 'p.json']);
    const argv = [
      '--provenance',
      'p.json',
      '--download',
      'carry',
      ...RELEASE,
      ...PRODUCTION,
      '--index',
      index.root,
    ];
    expect(await world.run('verify', 'pypi', `${PROJECT}==0.0.19`, ...argv)).toMatchObject({ status: 2 });
    expect(await world.run('verify', 'pypi', `pypi:${SDIST}`, ...argv)).toMatchObject({ status: 0 });
    expect(readFileSync(world.path(`carry/${SDIST}.provenance`))).toEqual(provenance());
  });

  it.each<[string, () => readonly ServedFile[] | number, string[], [number, string]]>([
    ['another publisher', () => [sdist()], [`pypi:${SDIST}`, ...OTHER], [30, 'ERR_IDENTITY']],
    [
      'a listed digest that nobody attested',
      () => [sdist({ sha256: 'ab'.repeat(32) })],
      [`pypi:${SDIST}`],
      [30, 'ERR_SUBJECT_DIGEST'],
    ],
    [
      'provenance of another file',
      () => [wheel({ provenance: provenance() })],
      [`pypi:${WHEEL}`],
      [30, 'ERR_SUBJECT_NAME'],
    ],
    [
      'broken provenance',
      () => [sdist({ provenance: '{"version":2,"attestation_bundles":[]}' })],
      [`pypi:${SDIST}`],
      [30, 'ERR_EVIDENCE'],
    ],
    [
      'a page for provenance',
      () => [sdist({ provenance: '<!doctype html>' })],
      [`pypi:${SDIST}`],
      [30, 'ERR_EVIDENCE_JSON'],
    ],
    [
      'JSON of another kind for provenance',
      () => [sdist({ provenance: '{"version":1}' })],
      [`pypi:${SDIST}`],
      [30, 'ERR_EVIDENCE_KIND'],
    ],
    [
      'empty provenance',
      () => [sdist({ provenance: '{"version":1,"attestation_bundles":[]}' })],
      [`pypi:${SDIST}`],
      [31, 'ERR_NO_PROVENANCE'],
    ],
    [
      'an egg in the release',
      () => [sdist(), { ...sdist(), filename: 'pypi_attestations-0.0.19-py3.11.egg' }],
      [`${PROJECT}==0.0.19`],
      [31, 'ERR_NO_PROVENANCE'],
    ],
    ['no provenance', () => [wheel()], [`pypi:${WHEEL}`], [31, 'ERR_NO_PROVENANCE']],
    [
      'provenance that is listed and not there',
      () => [sdist({ provenance: 404 })],
      [`pypi:${SDIST}`],
      [31, 'ERR_NO_PROVENANCE'],
    ],
    [
      'no evidence of a demanded type',
      () => [sdist()],
      [`pypi:${SDIST}`, '--predicate-type', 'slsa-provenance'],
      [31, 'ERR_NO_PROVENANCE'],
    ],
    [
      'provenance that is switched off',
      () => [sdist({ provenance: 403 })],
      [`pypi:${SDIST}`],
      [42, 'ERR_INDEX_UNAVAILABLE'],
    ],
    ['an unknown version', () => [sdist()], [`${PROJECT}==9`], [20, 'ERR_NO_INPUT']],
    ['an unknown project', () => 404, [`${PROJECT}==9`], [20, 'ERR_PROJECT_NOT_FOUND']],
    ['an unknown file', () => [sdist()], [`pypi:${WHEEL}`], [20, 'ERR_NO_INPUT']],
    ['a name that no dist has', () => [sdist()], ['pypi:x.exe'], [21, 'ERR_DIST_FILENAME']],
    [
      'an index that is down',
      () => 503,
      [`${PROJECT}==0.0.19`, '--time-budget', '1'],
      [42, 'ERR_INDEX_UNAVAILABLE'],
    ],
  ])('refuses %s', async (_what, files, argv, [status, code]) => {
    expect(await verify(files(), ...argv)).toMatchObject({
      status,
      stdout: expect.stringContaining(`[${code}]`),
    });
  });

  it('does not hide an index that is down behind files without evidence', async () => {
    const world = openWorld();
    const index = await startIndex({ [PROJECT]: [wheel()], sampler: 503 });
    const specs = [`${PROJECT}==0.0.19`, 'sampler==1'];
    const document = await world.json(
      'verify',
      'pypi',
      ...specs,
      ...RELEASE,
      ...PRODUCTION,
      '--time-budget',
      '1',
      '--index',
      index.root,
    );
    expect(document).toMatchObject({
      schema: 'colophon.verify/1',
      status: 42,
      index: 'http://INDEX/simple/',
      files: [
        { file: WHEEL, outcome: 'unsigned', status: 31, retry: false },
        { file: 'sampler==1', outcome: 'error', status: 42, retry: true },
      ],
    });
  });

  it('asks for each project’s page once', async () => {
    const { index } = await verify(
      [sdist(), wheel()],
      `pypi:${SDIST}`,
      `pypi:${WHEEL}`,
      `${PROJECT}==0.0.19`,
    );
    expect(index.requests.filter((url) => url.startsWith('/simple/'))).toHaveLength(1);
  });

  it('says that a file is yanked, and that the index names another publisher than the certificate', async () => {
    const served = JSON.parse(provenance().toString());
    served.attestation_bundles[0].publisher.repository = 'octo-org/sampler';
    const file = sdist({ yanked: 'broken', provenance: JSON.stringify(served) });
    const { status, stderr } = await verify([file], `pypi:${SDIST}`);
    expect([status, stderr]).toMatchInlineSnapshot(`
      [
        0,
        "warning: pypi:pypi_attestations-0.0.19.tar.gz: the index names another publisher than the certificate does; the certificate counts
      warning: pypi_attestations-0.0.19.tar.gz is yanked: broken
      1 of 1 verified; the trusted root is TRUST/public-good/trusted_root.json
      ",
      ]
    `);
  });
});

describe.runIf(haveVectors)('verify pypi --download', () => {
  it('keeps what verified, with its provenance, and it verifies again without the index', async () => {
    const { status, world } = await verify([sdist(), wheel()], `${PROJECT}==0.0.19`, '--download', 'carry');
    expect(status).toBe(31);
    expect(readdirSync(world.path('carry')).toSorted()).toEqual([SDIST, `${SDIST}.provenance`]);
    expect(readFileSync(world.path(`carry/${SDIST}`))).toEqual(readVector(`pep740/${SDIST}`));
    expect(readFileSync(world.path(`carry/${SDIST}.provenance`))).toEqual(provenance());
    expect(await world.run('verify', 'carry', '--offline', ...RELEASE, ...PRODUCTION)).toMatchObject({
      status: 0,
    });
  });

  it.each<[string, (bytes: Uint8Array) => Partial<ServedFile>, string[]]>([
    ['other bytes than are listed', (bytes) => ({ bytes: Buffer.alloc(bytes.length, 1) }), []],
    ['a file by another publisher', () => ({}), OTHER],
  ])('keeps nothing of %s', async (_what, more, flags) => {
    const { status, world } = await verify(
      [sdist(more(sdist().bytes))],
      `pypi:${SDIST}`,
      '--download',
      'carry',
      ...flags,
    );
    expect(status).toBe(30);
    expect(existsSync(world.path('carry')) ? readdirSync(world.path('carry')) : []).toEqual([]);
  });
});

describe.runIf(haveVectors)('what verify pypi refuses on the command line', () => {
  it.each([
    ['nothing', []],
    ['nobody', ['x==1']],
    ['a version range', ['x==1.*', ...RELEASE]],
    ['an index that is no URL', ['x==1', '--index', 'my-index', ...RELEASE]],
    ['an index without TLS', ['x==1', '--index', 'http://index.example/simple/', ...RELEASE]],
    ['a URL with a password', ['https://user:secret@files.example/x-1.0.tar.gz', ...RELEASE]],
    ['the network and --offline', ['x==1', '--offline', ...RELEASE]],
    ['an index that is not asked', ['x-1.0.tar.gz', '--provenance', 'p', '--index', 'testpypi', ...RELEASE]],
    ['a download of what is there', ['x-1.0.tar.gz', '--download', 'd', ...RELEASE]],
    ['flags of verify', ['x==1', '--bundle', 'b', ...RELEASE]],
  ])('%s', async (_what, argv) => {
    expect(await openWorld().run('verify', 'pypi', ...argv, ...PRODUCTION)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.not.stringContaining('secret'),
    });
  });
});
