// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseAttestation, parseBundle, type SigstoreBundle } from '@colophon/attestation';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { IDENTITY, openSigningStage, type SigningStage } from './support/signing-stage.ts';

const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'colophon_sample-1.0.0.tar.gz';
const CONDA = 'sampler-1.0.0-py_0.conda';
const SPDX = '{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT"}';
const CYCLONEDX = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1.0}';
let stage: SigningStage;
let before: string[];

async function put(name: string, content: string): Promise<void> {
  await mkdir(dirname(stage.path(name)), { recursive: true });
  await writeFile(stage.path(name), content);
}

beforeAll(async () => {
  stage = await openSigningStage();
  await writeSampleDists(stage.path('dist'));
  await put('spdx.json', SPDX);
  await put('bom.json', CYCLONEDX);
  for (const dist of [WHEEL, SDIST])
    await put(`sbom/dist/${dist}.cdx.json`, CYCLONEDX.replace('1.0', dist.length + '.0'));
  await put(CONDA, 'a conda package');
  await put('notes.txt', 'notes');
  before = await stage.names();
});
afterAll(() => stage.close());
afterEach(async () => {
  stage.taken();
  for (const name of await stage.names())
    if (!before.includes(name)) await rm(stage.path(name), { recursive: true });
});

const attest = (...argv: string[]) => stage.run(['attest', ...argv, '--output-directory', 'o']);
const read = async (name: string): Promise<SigstoreBundle> => parseBundle(await stage.read(`o/${name}`));
const payloadOf = ({ content }: SigstoreBundle): string =>
  content.kind === 'dsse' ? Buffer.from(content.payload).toString() : '';
const sha256 = async (name: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(stage.path(name)))
    .digest('hex');

/** What was asked of the services that sign. */
const asked = () => stage.taken().filter((line) => /^(?:fulcio|rekor|rekorV2|tsa) /.test(line));
const statementOf = async (names: string[], change: object = {}): Promise<string> => {
  const subject = await Promise.all(
    names.map(async (name) => ({ name, digest: { sha256: await sha256(name) } })),
  );
  return JSON.stringify(
    {
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType: 'https://e.x/review/v1',
      predicate: { by: 'me' },
      ...change,
    },
    undefined,
    1,
  );
};

describe('attest --predicate-type', () => {
  it('signs several types for several dists by one certificate', async () => {
    const run = await attest(
      'dist/',
      '--predicate-type',
      'publish',
      '--predicate-type',
      'slsa-provenance',
      '--predicate-type',
      'cyclonedx',
      '--predicate',
      'sbom/{}.cdx.json',
    );
    expect(run).toMatchObject({ status: 0 });
    const files = run.report['files'] as { file: string; predicateType: string; outputs: string[] }[];
    expect(
      files
        .map(({ outputs }) => outputs.map((path) => path.replace(stage.path('o/'), '')))
        .flat()
        .toSorted(),
    ).toEqual(
      [WHEEL, SDIST]
        .flatMap((dist) => [
          `${dist}.cyclonedx.sigstore.json`,
          `${dist}.publish.attestation`,
          `${dist}.slsa.attestation`,
        ])
        .toSorted(),
    );
    expect(new Set(files.map(({ predicateType }) => predicateType)).size).toBe(3);
    expect(stage.taken().filter((line) => line.startsWith('fulcio'))).toHaveLength(1);
    expect(payloadOf(await read(`${SDIST}.cyclonedx.sigstore.json`))).toContain(
      `"version": ${SDIST.length}.0`,
    );
  });

  it('asks a timestamp for what can hold one, and none for what an index takes', async () => {
    await attest(
      `dist/${WHEEL}`,
      '--predicate-type',
      'publish',
      '--predicate-type',
      'spdx',
      '--predicate',
      'spdx.json',
    );
    expect((await read(`${WHEEL}.spdx.sigstore.json`)).timestamps).toHaveLength(1);
    const taken = stage.taken();
    expect(taken.filter((line) => line.startsWith('tsa'))).toHaveLength(1);
    expect(taken.filter((line) => line.startsWith('rekor POST'))).toHaveLength(1);
    expect(taken.filter((line) => line.startsWith('rekorV2 POST'))).toHaveLength(1);
  });

  it.each([
    { type: 'spdx', file: 'spdx.json', label: 'spdx', uri: 'https://spdx.dev/Document', text: SPDX },
    {
      type: 'cyclonedx',
      file: 'bom.json',
      label: 'cyclonedx',
      uri: 'https://cyclonedx.org/bom',
      text: CYCLONEDX,
    },
    {
      type: 'https://in-toto.io/attestation/test-result/v0.1',
      file: 'bom.json',
      label: 'test-result',
      uri: 'https://in-toto.io/attestation/test-result/v0.1',
      text: CYCLONEDX,
    },
  ])(
    '$type embeds the file as it is written, and verify accepts it by its name',
    async ({ type, file, label, uri, text }) => {
      expect(await attest('notes.txt', '--predicate-type', type, '--predicate', file)).toMatchObject({
        status: 0,
      });
      const name = `notes.txt.${label}.sigstore.json`;
      expect(payloadOf(await read(name))).toBe(
        `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"notes.txt","digest":{"sha256":"${await sha256('notes.txt')}"}}],"predicateType":"${uri}","predicate":${text}}`,
      );
      const verify = (...more: string[]) =>
        stage.run(['verify', 'notes.txt', '--bundle', `o/${name}`, ...IDENTITY, ...more]);
      expect(await verify('--predicate-type', type)).toMatchObject({ status: 0 });
      expect(await verify()).toMatchObject({ status: 31 });
    },
  );

  it.each([
    ['nothing', [], null],
    ['a channel', ['--predicate', 'channel.json'], { targetChannel: 'https://prefix.dev/sampler' }],
  ])('cep27 says %s of a conda package', async (_name, argv, predicate) => {
    await put('channel.json', '{"targetChannel":"https://prefix.dev/sampler"}');
    expect(await attest(CONDA, '--predicate-type', 'cep27', ...argv)).toMatchObject({ status: 0 });
    const statement = JSON.parse(payloadOf(await read(`${CONDA}.cep27.sigstore.json`)));
    expect(statement).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: CONDA, digest: { sha256: await sha256(CONDA) } }],
      predicateType: 'https://schemas.conda.org/attestations-publish-1.schema.json',
      predicate,
    });
    const argvOfVerify = [
      'verify',
      CONDA,
      '--bundle',
      `o/${CONDA}.cep27.sigstore.json`,
      ...IDENTITY,
      '--predicate-type',
      'cep27',
    ];
    expect(await stage.run(argvOfVerify)).toMatchObject({ status: 0 });
  });

  it('cep27 finds the packages of a folder', async () => {
    await put('channel/noarch/sampler-2.0.0-py_0.conda', 'another conda package');
    await put('channel/noarch/repodata.json', '{}');
    const run = await attest('channel/noarch', '--predicate-type', 'cep27');
    expect(run).toMatchObject({
      status: 0,
      report: { files: [{ file: 'channel/noarch/sampler-2.0.0-py_0.conda' }] },
    });
    expect(await attest('dist', '--predicate-type', 'cep27')).toMatchObject({
      status: 20,
      stderr: expect.stringContaining('nothing to attest in dist'),
    });
  });

  it('what is made is shown by inspect with the flag that demands it, and no index’s form holds it', async () => {
    await attest('notes.txt', '--predicate-type', 'spdx', '--predicate', 'spdx.json');
    const bundle = 'o/notes.txt.spdx.sigstore.json';
    const { report, stdout } = await stage.run(['inspect', bundle]);
    expect(report).toMatchObject({ status: 0 });
    expect(stdout).toContain('"--predicate-type","spdx"');
    for (const to of ['pep740', 'provenance']) {
      const run = await stage.run(['convert', bundle, '--to', to, '--output', 'converted']);
      expect(run).toMatchObject({ status: 21, report: { error: { code: 'ERR_CONVERSION' } } });
    }
    const lines = await stage.run(['convert', bundle, '--to', 'jsonl', '--output', 'converted.jsonl']);
    expect(lines).toMatchObject({ status: 0 });
  });

  it('slsa-provenance repeats the claims of the token, whose signature it verified', async () => {
    expect(await attest(`dist/${WHEEL}`, '--predicate-type', 'slsa-provenance')).toMatchObject({ status: 0 });
    const attestation = parseAttestation(await stage.read(`o/${WHEEL}.slsa.attestation`));
    expect(JSON.parse(Buffer.from(attestation.statement).toString())).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1',
          externalParameters: {
            workflow: {
              ref: 'refs/tags/v1.0.0',
              repository: 'https://github.com/octo-org/sample-project',
              path: '.github/workflows/release.yml',
            },
          },
        },
        runDetails: {
          metadata: { invocationId: expect.stringContaining('/actions/runs/3003003/attempts/1') },
        },
      },
    });
    expect(stage.taken()).toContain('oidc GET /github/.well-known/jwks');
  });

  it('slsa-provenance of a GitLab job says so', async () => {
    const token = await stage.sandbox.issueToken({ kind: 'gitlab' });
    const run = await attest('notes.txt', '--predicate-type', 'slsa-provenance', '--identity-token', token);
    expect(run).toMatchObject({ status: 0 });
    expect(payloadOf(await read('notes.txt.slsa-provenance.sigstore.json'))).toContain(
      '"builder":{"id":"https://gitlab.com/octo-group/sample-project/-/runners/12"}',
    );
  });

  it('slsa-provenance of one’s own is taken from a file', async () => {
    const predicate =
      '{"buildDefinition":{"buildType":"https://e.x/t","externalParameters":{}},"runDetails":{"builder":{"id":"https://e.x/b"}}}';
    await put('slsa.json', predicate);
    await attest(
      `dist/${WHEEL}`,
      '--predicate-type',
      'https://slsa.dev/provenance/v1',
      '--predicate',
      'slsa.json',
      '--format',
      'bundle',
    );
    expect(payloadOf(await read(`${WHEEL}.slsa-provenance.sigstore.json`))).toContain(predicate);
    expect(stage.taken()).not.toContain('oidc GET /github/.well-known/jwks');
  });
});

describe('nothing is signed', () => {
  it.each([
    ['a type without the file it needs', ['notes.txt', '--predicate-type', 'spdx']],
    ['a file that nothing needs', [`dist/${WHEEL}`, '--predicate', 'spdx.json']],
    [
      'a file that two types need',
      ['notes.txt', '--predicate-type', 'spdx', '--predicate-type', 'cyclonedx', '--predicate', 'bom.json'],
    ],
    ['a word that is no type', ['notes.txt', '--predicate-type', 'sbom', '--predicate', 'bom.json']],
    [
      'an SBOM for an index',
      [`dist/${WHEEL}`, '--predicate-type', 'cyclonedx', '--predicate', 'bom.json', '--format', 'pep740'],
    ],
    [
      'an SBOM in both forms',
      [`dist/${WHEEL}`, '--predicate-type', 'cyclonedx', '--predicate', 'bom.json', '--format', 'both'],
    ],
    [
      'a publish attestation by Rekor v2',
      [
        `dist/${WHEEL}`,
        '--predicate-type',
        'publish',
        '--predicate-type',
        'spdx',
        '--predicate',
        'spdx.json',
        '--rekor-version',
        '2',
      ],
    ],
    ['operands beside a list', ['notes.txt', '--subjects', 'SHA256SUMS']],
  ])('for %s', async (_name, argv) => {
    expect(await attest(...argv)).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
    expect(asked()).toEqual([]);
  });

  it.each([
    [
      'a CycloneDX file for SPDX',
      'ERR_PREDICATE',
      ['notes.txt', '--predicate-type', 'spdx', '--predicate', 'bom.json'],
    ],
    [
      'an SPDX file for CycloneDX',
      'ERR_PREDICATE',
      ['notes.txt', '--predicate-type', 'cyclonedx', '--predicate', 'spdx.json'],
    ],
    [
      'a file that is no JSON',
      'ERR_PREDICATE',
      ['notes.txt', '--predicate-type', 'https://e.x/v1', '--predicate', 'notes.txt'],
    ],
    [
      'a file that is not there',
      'ERR_READ_FILE',
      ['notes.txt', '--predicate-type', 'spdx', '--predicate', '{}.spdx.json'],
    ],
    ['a wheel as a conda package', 'ERR_SUBJECT', [`dist/${WHEEL}`, '--predicate-type', 'cep27']],
    ['what an index would not take', 'ERR_DIST_FILENAME', ['notes.txt']],
    [
      'provenance for an index of what is no dist',
      'ERR_DIST_FILENAME',
      ['notes.txt', '--predicate-type', 'slsa-provenance', '--format', 'pep740'],
    ],
  ])('for %s', async (_name, code, argv) => {
    expect(await attest(...argv)).toMatchObject({ status: 21, report: { error: { code } } });
    expect(asked()).toEqual([]);
  });

  it('for provenance of a token that is no job’s', async () => {
    const token = await stage.sandbox.issueToken({ kind: 'dex' });
    const run = await attest('notes.txt', '--predicate-type', 'slsa-provenance', '--identity-token', token);
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_PROVENANCE_CLAIMS' } } });
  });

  it('for provenance by keys that are not the issuer’s', async () => {
    const token = await stage.sandbox.issueToken();
    const [header, payload] = token.split('.');
    const forged = `${header}.${payload}.${'A'.repeat(342)}`;
    const run = await attest('notes.txt', '--predicate-type', 'slsa-provenance', '--identity-token', forged);
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_TOKEN_SIGNATURE' } } });
  });
});

describe('attest --subjects', () => {
  it('attests what a list says, without its files', async () => {
    const [one, two] = ['a'.repeat(64), 'b'.repeat(64)];
    await put('SHA256SUMS', `${one}  gone-1.0.tar.gz\nSHA256 (dist/gone-1.0-py3-none-any.whl) = ${two}\n`);
    expect(await attest('--subjects', 'SHA256SUMS')).toMatchObject({ status: 0 });
    const attestation = parseAttestation(await stage.read('o/gone-1.0-py3-none-any.whl.publish.attestation'));
    expect(Buffer.from(attestation.statement).toString()).toContain(
      `"subject":[{"name":"gone-1.0-py3-none-any.whl","digest":{"sha256":"${two}"}}]`,
    );
    const argv = [
      'verify',
      `sha256:${one}`,
      '--filename',
      'gone-1.0.tar.gz',
      '--attestation',
      'o/gone-1.0.tar.gz.publish.attestation',
    ];
    expect(await stage.run([...argv, ...IDENTITY])).toMatchObject({ status: 0 });
  });

  it.each([
    ['a line that is none', 'ERR_CHECKSUMS', `${'a'.repeat(40)}  a-1.0.tar.gz\n`],
    ['a file outside', 'ERR_SUBJECT', `${'a'.repeat(64)}  ../a-1.0.tar.gz\n`],
    ['a name that no index takes', 'ERR_DIST_FILENAME', `${'a'.repeat(64)}  notes.txt\n`],
  ])('refuses %s', async (_name, code, list) => {
    await put('SHA256SUMS', list);
    expect(await attest('--subjects', 'SHA256SUMS')).toMatchObject({
      status: 21,
      report: { error: { code } },
    });
  });
});

describe('attest --statement', () => {
  it('signs exactly its bytes', async () => {
    const text = await statementOf(['notes.txt']);
    await put('statement.json', text);
    expect(await attest('notes.txt', '--statement', 'statement.json')).toMatchObject({ status: 0 });
    expect(payloadOf(await read('notes.txt.review.sigstore.json'))).toBe(text);
  });

  it('signs one about several files into the bundle that is named', async () => {
    await put('statement.json', await statementOf(['notes.txt', CONDA]));
    const argv = ['attest', 'notes.txt', CONDA, '--statement', 'statement.json'];
    expect(await stage.run(argv)).toMatchObject({ status: 2 });
    const run = await stage.run([...argv, '--bundle', 'both.sigstore.json']);
    expect(run).toMatchObject({ status: 0, report: { files: [{ file: 'statement.json' }] } });
    const verify = [
      'verify',
      'notes.txt',
      CONDA,
      '--bundle',
      'both.sigstore.json',
      '--predicate-type',
      'https://e.x/review/v1',
    ];
    expect(await stage.run([...verify, ...IDENTITY])).toMatchObject({ status: 0 });
  });

  it.each([
    [
      'is about another content',
      'ERR_SUBJECT',
      ['notes.txt'],
      (text: string) => text.replace(/"sha256": ".{64}"/, `"sha256": "${'0'.repeat(64)}"`),
    ],
    [
      'is about another name',
      'ERR_SUBJECT',
      ['notes.txt'],
      (text: string) => text.replace('notes.txt', 'other.txt'),
    ],
    ['is about a further file', 'ERR_SUBJECT', ['notes.txt', CONDA], (text: string) => text],
    [
      'is none',
      'ERR_STATEMENT_FILE',
      ['notes.txt'],
      (text: string) => text.replace('Statement/v1', 'Statement/v0.1'),
    ],
    ['is cut', 'ERR_STATEMENT_FILE', ['notes.txt'], (text: string) => text.slice(0, -2)],
  ])('refuses one that %s', async (_name, code, names, change) => {
    await put('statement.json', change(await statementOf(names)));
    const run = await attest('notes.txt', '--statement', 'statement.json');
    expect(run).toMatchObject({ status: 21, report: { error: { code } } });
  });

  it('refuses a publish statement whose predicate is a list', async () => {
    const type = 'https://docs.pypi.org/attestations/publish/v1';
    await put('statement.json', await statementOf([`dist/${WHEEL}`], { predicateType: type, predicate: [] }));
    const run = await attest(`dist/${WHEEL}`, '--statement', 'statement.json');
    expect(run).toMatchObject({ status: 21, report: { error: { code: 'ERR_STATEMENT_FILE' } } });
  });

  it.each([
    ['--predicate', 'bom.json'],
    ['--predicate-type', 'publish'],
  ])('excludes %s', async (...other) => {
    await put('statement.json', await statementOf(['notes.txt']));
    const run = await attest('notes.txt', '--statement', 'statement.json', ...other);
    expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
  });

  it.each<[string, () => Promise<string>, string[]]>([
    ['--statement', () => statementOf(['notes.txt']), ['notes.txt', '--statement', 'source']],
    [
      '--subjects',
      async () => `${await sha256('notes.txt')}  notes.txt\n`,
      ['--subjects', 'source', '--predicate-type', 'https://e.x/review/v1', '--predicate', 'bom.json'],
    ],
    [
      '--predicate',
      async () => '{"by":"me"}',
      ['notes.txt', '--predicate-type', 'https://e.x/review/v1', '--predicate', 'source'],
    ],
  ])('the file of %s is never written over', async (_option, content, argv) => {
    await put('source', await content());
    const text = await stage.read('source');
    const run = await stage.run(['attest', ...argv, '--bundle', 'source', '--overwrite']);
    expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
    expect(await stage.read('source')).toEqual(text);
    expect(asked()).toEqual([]);
  });
});
