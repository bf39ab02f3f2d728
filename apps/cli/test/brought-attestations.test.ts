// SPDX-License-Identifier: Apache-2.0
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE } from '@colophon/attestation';
import { afterEach, describe, expect, it } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { openSigningStage, type Run, type SigningStage } from './support/signing-stage.ts';

const REPOSITORY = 'octo-org/sample-project';
const WHEEL = 'dist/colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'dist/colophon_sample-1.0.0.tar.gz';
const BOTH = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];
let stage: SigningStage;

afterEach(() => stage.close());

async function open(): Promise<void> {
  const publisher = { kind: 'GitHub', repository: REPOSITORY, workflow: 'release.yml' } as const;
  stage = await openSigningStage({
    warehouse: { publishers: [{ ...publisher, project: 'colophon-sample', pending: true }] },
  });
  await writeSampleDists(stage.path('dist'));
}

async function attest(...argv: string[]): Promise<void> {
  const { status, stderr } = await stage.run(['attest', 'dist', ...argv]);
  if (status !== 0) throw new Error(stderr);
}

function publish(...argv: string[]): Promise<Run> {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  return stage.run(['publish', 'dist', '--index', uploadUrl, '--check-url', simpleUrl, ...argv]);
}

type FileReport = { attestations: string[]; notSent: { name: string }[]; code?: string; outcome: string };
const files = ({ report }: Run) => report['files'] as FileReport[];
const uploads = () => stage.taken().filter((one) => one === 'index POST /legacy/').length;

/** Another job's evidence, made here and put aside. */
async function attestElsewhere(...argv: string[]): Promise<void> {
  const claims = { workflow_ref: `${REPOSITORY}/.github/workflows/other.yml@refs/tags/v1.0.0` };
  const token = await stage.sandbox.issueToken({
    claims: { ...claims, job_workflow_ref: claims.workflow_ref },
  });
  await stage.write('token.txt', token);
  await attest(...argv, '--identity-token-file', 'token.txt');
}

describe('publish sends along', () => {
  it('an attestation of each type that lies there', async () => {
    await open();
    await attest('--predicate-type', 'publish', '--predicate-type', 'slsa-provenance');
    const run = await publish();
    expect(run.stderr).not.toContain('error');
    expect(files(run).map(({ attestations }) => attestations)).toEqual([BOTH, BOTH]);
    const where = ['--index', stage.sandbox.index.simpleUrl];
    const who = ['--publisher', `github:${REPOSITORY}/release.yml`, '--predicate-type', 'slsa-provenance'];
    const verified = await stage.run(['verify', 'pypi', 'colophon-sample==1.0.0', ...where, ...who]);
    expect(verified.status).toBe(0);
  });

  it('Sigstore bundles, converted, where there is no attestation of their type', async () => {
    await open();
    await attest(
      '--predicate-type',
      'publish',
      '--predicate-type',
      'slsa-provenance',
      '--format',
      'bundle',
      '--rekor-version',
      '1',
    );
    expect((await readdir(stage.path('dist'))).some((name) => name.endsWith('.attestation'))).toBe(false);
    const run = await publish();
    expect(run.stderr).not.toContain('error');
    expect(run.status).toBe(0);
    expect(files(run).map(({ attestations }) => attestations)).toEqual([BOTH, BOTH]);
  });

  it('an attestation once, where its bundle lies beside it', async () => {
    await open();
    await attest('--format', 'both');
    const run = await publish();
    expect(run.status).toBe(0);
    expect(files(run)[0]?.attestations).toEqual([PUBLISH_PREDICATE_TYPE]);
  });
});

function release() {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  return stage.run(['release', 'dist', '--index', uploadUrl, '--check-url', simpleUrl]);
}

describe('release sends along', () => {
  it('provenance that lies there, with the publish attestation that it makes', async () => {
    await open();
    await attest('--predicate-type', 'slsa-provenance');
    const run = await release();
    expect(run.stderr).toContain('has provenance that verifies; sending it along');
    expect(run.status).toBe(0);
    const where = ['--index', stage.sandbox.index.simpleUrl];
    const who = ['--publisher', `github:${REPOSITORY}/release.yml`, '--predicate-type', 'slsa-provenance'];
    const verified = await stage.run(['verify', 'pypi', 'colophon-sample==1.0.0', ...where, ...who]);
    expect(verified.status).toBe(0);
  });

  it('nothing where that provenance is broken: nothing is signed either', async () => {
    await open();
    await attest('--predicate-type', 'slsa-provenance');
    await writeFile(stage.path(`${WHEEL}.slsa.attestation`), '{"version":1}');
    stage.taken();
    const run = await release();
    expect(run.status).toBe(30);
    expect(stage.taken().filter((one) => /^(?:fulcio|rekor) POST|index POST/.test(one))).toEqual([]);
  });
});

describe('publish leaves behind, and says so,', () => {
  it('a provenance bundle by somebody else', async () => {
    await open();
    await attestElsewhere('--predicate-type', 'slsa-provenance', '--format', 'bundle');
    await attest();
    const run = await publish();
    expect(run.status).toBe(0);
    expect(files(run).map(({ attestations }) => attestations)).toEqual([
      [PUBLISH_PREDICATE_TYPE],
      [PUBLISH_PREDICATE_TYPE],
    ]);
    expect(files(run)[0]?.notSent).toMatchObject([{ name: expect.stringContaining('.sigstore.json') }]);
    expect(run.stderr).toMatch(/sigstore\.json is not sent: /);
  });

  it('a type that no index takes, and what is no statement', async () => {
    await open();
    await attest();
    await stage.write('sbom.json', '{}');
    await attest('--predicate-type', 'https://example.com/sbom', '--predicate', 'sbom.json');
    expect((await stage.run(['sign', WHEEL, SDIST])).status).toBe(0);
    const run = await publish();
    expect(run.stderr).not.toContain('error');
    expect(run.status).toBe(0);
    expect(files(run).map(({ notSent }) => notSent.length)).toEqual([1, 1]);
  });
});

describe('publish sends nothing', () => {
  it('where a bundle is all there is, and no attestation can hold it', async () => {
    await open();
    await attest('--format', 'bundle', '--rekor-version', '2');
    const run = await publish();
    expect(run.status).toBe(21);
    expect(files(run)[0]?.code).toBe('ERR_CONVERSION');
    expect(uploads()).toBe(0);
  });

  it('where an attestation is by somebody else', async () => {
    await open();
    await attestElsewhere();
    const run = await publish();
    expect(run.status).toBe(30);
    expect(files(run).map(({ code }) => code)).toEqual(['ERR_IDENTITY', 'ERR_IDENTITY']);
    expect(uploads()).toBe(0);
  });

  it('where an attestation is another file’s', async () => {
    await open();
    await attest();
    await copyFile(stage.path(`${SDIST}.publish.attestation`), stage.path(`${WHEEL}.publish.attestation`));
    const run = await publish();
    expect(run.status).toBe(30);
    expect(files(run)).toMatchObject([{ code: 'ERR_SUBJECT_NAME' }, { outcome: 'not-reached' }]);
    expect(uploads()).toBe(0);
  });

  it('where one is broken, whatever else is whole', async () => {
    await open();
    await attest('--predicate-type', 'publish', '--predicate-type', 'slsa-provenance');
    await writeFile(stage.path(`${WHEEL}.slsa.attestation`), '{"version":1}');
    const run = await publish();
    expect(run.status).toBe(30);
    expect(files(run)[0]?.code).toMatch(/^ERR_EVIDENCE/);
    expect(uploads()).toBe(0);
  });

  it('where two that differ attest one type', async () => {
    await open();
    await attest();
    await rename(stage.path(`${WHEEL}.publish.attestation`), stage.path(`${WHEEL}.first.attestation`));
    await rm(stage.path(`${SDIST}.publish.attestation`));
    await attest();
    const run = await publish();
    expect(run.status).toBe(21);
    expect(files(run)[0]?.code).toBe('ERR_EVIDENCE_CONFLICT');
    expect(uploads()).toBe(0);
  });

  it('where a signature was changed', async () => {
    await open();
    await attest();
    const path = stage.path(`${WHEEL}.publish.attestation`);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(
        /"signature":"(.)(.)/,
        (_all, a: string, b: string) => `"signature":"${a}${b === 'A' ? 'B' : 'A'}`,
      ),
    );
    expect((await publish()).status).toBe(30);
    expect(uploads()).toBe(0);
  });
});
