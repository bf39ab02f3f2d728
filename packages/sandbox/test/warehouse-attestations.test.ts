// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { JsonObject } from '@colophon/base';
import { haveVectors, readVector, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import type { PublisherSetting } from '../src/warehouse/publisher-registry.ts';
import {
  answerTo,
  ISSUERS,
  mintedToken,
  startIndex,
  type TestIndex,
  type TokenOptions,
  upload,
  type UploadOptions,
  verifierOver,
} from './warehouse-fixture.ts';

const PREFIX = 'Invalid attestations supplied during upload: ';
const FAILED = `${PREFIX}Could not verify the uploaded artifact using the included attestation: Verification failed: `;
const UNKNOWN = `${PREFIX}Unknown error while trying to verify included attestations: `;
const MALFORMED = `${PREFIX}Malformed attestations: `;

interface Dist {
  readonly filename: string;
  readonly name: string;
  readonly version: string;
  readonly publisher: PublisherSetting;
  readonly token: TokenOptions;
}

function github(repository: string, workflow: string, project: string): Pick<Dist, 'publisher' | 'token'> {
  const claims = {
    sub: `repo:${repository}:ref:refs/tags/v1`,
    repository,
    repository_owner: repository.split('/')[0],
    job_workflow_ref: `${repository}/.github/workflows/${workflow}@refs/tags/v1`,
  };
  return { publisher: { kind: 'GitHub', repository, workflow, project }, token: { claims } };
}

const PYPI_ATTESTATIONS: Dist = {
  filename: 'pypi_attestations-0.0.19.tar.gz',
  name: 'pypi-attestations',
  version: '0.0.19',
  ...github('trailofbits/pypi-attestations', 'release.yml', 'pypi-attestations'),
};
const MODELS: Dist = {
  filename: 'pypi_attestation_models-0.0.4a2.tar.gz',
  name: 'pypi-attestation-models',
  version: '0.0.4a2',
  ...github('trailofbits/pypi-attestation-models', 'release.yml', 'pypi-attestation-models'),
};
const GITLAB: Dist = {
  filename: 'gitlab_oidc_project-0.0.3.tar.gz',
  name: 'gitlab-oidc-project',
  version: '0.0.3',
  publisher: {
    kind: 'GitLab',
    repository: 'facutuesca/gitlab-oidc-project',
    workflowFilepath: '.gitlab-ci.yml',
    project: 'gitlab-oidc-project',
  },
  token: {
    issuer: ISSUERS.GitLab,
    claims: {
      sub: 'project_path:facutuesca/gitlab-oidc-project:x',
      project_path: 'facutuesca/gitlab-oidc-project',
      ci_config_ref_uri: 'gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
      ref_path: 'refs/heads/main',
    },
  },
};
const EMAIL = '919436158236-compute@developer.gserviceaccount.com';
const SAMPLE: Dist = {
  filename: 'sampleproject-3.0.0.tar.gz',
  name: 'sampleproject',
  version: '3.0.0',
  publisher: { kind: 'Google', email: EMAIL, project: 'sampleproject' },
  token: { issuer: ISSUERS.Google, claims: { jti: null, email: EMAIL, email_verified: true } },
};

async function productionVerifier() {
  return verifierOver('trust/public-good/trusted_root.json');
}

async function indexFor({ publisher }: Dist, over: Partial<PublisherSetting> = {}): Promise<TestIndex> {
  const publishers = [{ ...publisher, ...over } as PublisherSetting];
  return startIndex({
    publishers,
    trust: productionVerifier,
    apiTokens: [{ token: 'pypi-user', projects: 'user' }],
  });
}

function attestation(file: string): JsonObject {
  return JSON.parse(readVectorText(`pep740/${file}`)) as JsonObject;
}

function form({ filename, name, version }: Dist, attestations: string): UploadOptions {
  const fields = { metadata_version: '2.1', name, version, attestations };
  return { filename, content: readVector(`pep740/${filename}`), fields };
}

async function attempt(dist: Dist, attestations: unknown, over: Partial<PublisherSetting> = {}) {
  const index = await indexFor(dist, over);
  const field = typeof attestations === 'string' ? attestations : JSON.stringify(attestations);
  return answerTo(index, { ...form(dist, field), token: await mintedToken(index, dist.token) });
}

/** A copy with the value at `path` changed; undefined removes it. */
function changed(object: JsonObject, path: string, change: (value: unknown) => unknown): JsonObject {
  const copy = structuredClone(object);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  const value = change(at[last]);
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

const drop = () => undefined;
const put = (value: unknown) => () => value;
function flipped(base64: unknown): string {
  const bytes = Buffer.from(String(base64), 'base64');
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}

const ENTRY = 'verification_material.transparency_entries.0';

describe.runIf(haveVectors)('real attestations', () => {
  it.each([
    [PYPI_ATTESTATIONS, ['.publish.attestation', '.slsa.attestation']],
    [PYPI_ATTESTATIONS, ['.publish.attestation']],
    [MODELS, ['.attestation']],
    [GITLAB, ['.publish.attestation']],
    [SAMPLE, ['.publish.attestation']],
  ])('of $filename are taken and served as provenance', async (dist, suffixes) => {
    const index = await indexFor(dist);
    const sent = suffixes.map((suffix) => attestation(dist.filename + suffix));
    const token = await mintedToken(index, dist.token);
    const response = await upload(index, { ...form(dist, JSON.stringify(sent)), token });
    expect([response.status, response.statusText]).toEqual([200, 'OK']);
    const accept = 'application/vnd.pypi.simple.v1+json';
    const page = await fetch(`${index.url}/simple/${dist.name}/`, { headers: { accept } });
    const { files } = (await page.json()) as { files: { provenance: string }[] };
    const provenance = await fetch(files[0]?.provenance ?? '');
    expect(provenance.headers.get('content-type')).toBe('application/vnd.pypi.integrity.v1+json');
    const bundle = { publisher: { kind: dist.publisher.kind }, attestations: sent };
    expect(await provenance.json()).toMatchObject({ version: 1, attestation_bundles: [bundle] });
    const html = await (await fetch(`${index.url}/simple/${dist.name}/`)).text();
    expect(html).toContain(`data-provenance="${files[0]?.provenance}"`);
  });

  it('are dropped where the administrators said so', async () => {
    const index = await indexFor(PYPI_ATTESTATIONS);
    index.warehouse.flags.disableAttestations = true;
    const token = await mintedToken(index, PYPI_ATTESTATIONS.token);
    const response = await upload(index, { ...form(PYPI_ATTESTATIONS, 'nonsense'), token });
    expect(response.status).toBe(200);
  });

  it('need a trusted publisher', async () => {
    const index = await indexFor(PYPI_ATTESTATIONS);
    const sent = JSON.stringify([attestation('pypi_attestations-0.0.19.tar.gz.publish.attestation')]);
    const words = `${PREFIX}Attestations are only supported when using Trusted Publishing`;
    expect(await answerTo(index, { ...form(PYPI_ATTESTATIONS, sent), token: 'pypi-user' })).toEqual([
      400,
      words,
    ]);
  });

  it('of a file that is there already are thrown away unread', async () => {
    const index = await indexFor(PYPI_ATTESTATIONS);
    const token = await mintedToken(index, PYPI_ATTESTATIONS.token);
    const { fields, ...bare } = form(PYPI_ATTESTATIONS, '');
    await upload(index, { ...bare, fields: { ...fields, attestations: null }, token });
    expect((await upload(index, { ...form(PYPI_ATTESTATIONS, 'nonsense'), token })).status).toBe(200);
  });

  it.each<[string, Dist, Partial<PublisherSetting>, string]>([
    [
      'another workflow',
      PYPI_ATTESTATIONS,
      { workflow: 'ci.yml' },
      'does not match expected Trusted Publisher (ci.yml @ trailofbits/pypi-attestations)',
    ],
    [
      'another repository',
      MODELS,
      { repository: 'trailofbits/other' },
      "Certificate's 1.3.6.1.4.1.57264.1.12 does not match",
    ],
    [
      'the project in other case',
      GITLAB,
      { repository: 'Facutuesca/gitlab-oidc-project' },
      "Certificate's 1.3.6.1.4.1.57264.1.12 does not match",
    ],
    [
      'another file of GitLab',
      GITLAB,
      { workflowFilepath: 'ci.yml' },
      'does not match expected Trusted Publisher',
    ],
    [
      'another kind of publisher',
      GITLAB,
      github('facutuesca/gitlab-oidc-project', 'release.yml', GITLAB.name).publisher,
      "Certificate's 1.3.6.1.4.1.57264.1.8 does not match",
    ],
    [
      'another account',
      SAMPLE,
      { email: 'somebody@example.com' },
      "Certificate's SANs do not match somebody@example.com",
    ],
  ])('are refused under %s', async (_title, dist, over, words) => {
    const publisher = { ...dist.publisher, ...over } as PublisherSetting;
    const sent = attestation(`${dist.filename}${dist === MODELS ? '' : '.publish'}.attestation`);
    const [status, answer] = await attemptAs(dist, publisher, [sent]);
    expect(status).toBe(400);
    expect(answer).toMatch(
      /^Invalid attestations supplied during upload: Could not verify .*: Verification failed: /,
    );
    expect(answer).toContain(words);
  });

  it('of staging, or for another file, are refused', async () => {
    const staging = attestation('rfc8785-0.1.2-py3-none-any.whl.publish.attestation');
    expect((await attempt(PYPI_ATTESTATIONS, [staging]))[1]).toContain(FAILED);
    const other = attestation('pypi_attestation_models-0.0.4a2.tar.gz.attestation');
    expect((await attempt(PYPI_ATTESTATIONS, [other]))[0]).toBe(400);
  });

  it('of Rekor v2 have no time that PEP 740 could carry', async () => {
    const sent = attestation('pypi_attestations-0.0.19.tar.gz.publish.attestation.with_rekor2_timestamp');
    expect((await attempt(PYPI_ATTESTATIONS, [sent]))[1]).toBe(
      `${UNKNOWN}bundle must contain an inclusion promise or signed timestamp(s)`,
    );
  });
});

// Mints for whoever is set up, with claims that fit, and uploads.
async function attemptAs(dist: Dist, publisher: PublisherSetting, attestations: unknown) {
  if (publisher.kind === 'GitHub') {
    const { token } = github(publisher.repository, publisher.workflow, publisher.project);
    return attempt({ ...dist, publisher, token }, attestations);
  }
  const claims = { ...dist.token.claims };
  if (publisher.kind === 'Google') claims.email = publisher.email;
  else {
    claims.sub = `project_path:${publisher.repository}`;
    claims.project_path = publisher.repository;
    claims.ci_config_ref_uri = `gitlab.com/${publisher.repository}//${publisher.workflowFilepath}@refs/heads/main`;
  }
  return attempt({ ...dist, publisher, token: { ...dist.token, claims } }, attestations);
}

describe.runIf(haveVectors)('attestations that were changed', () => {
  // What is skipped is still collected, and its rows are made of the vectors.
  if (!haveVectors) return;
  const good = attestation('pypi_attestations-0.0.19.tar.gz.publish.attestation');
  const slsa = attestation('pypi_attestations-0.0.19.tar.gz.slsa.attestation');

  it.each<[string, unknown, string]>([
    ['no JSON', '[', MALFORMED],
    ['an object', {}, MALFORMED],
    ['a key twice', JSON.stringify([good]).replace('{', '{"version":1,'), MALFORMED],
    [
      'half a surrogate pair',
      JSON.stringify([{ ...good, x: 1 }]).replace('"x":1', '"x":"\\ud800"'),
      MALFORMED,
    ],
    ['none', [], `${MALFORMED}an empty attestation set is not permitted`],
    ['three', [good, slsa, good], `${PREFIX}A maximum of 2 attestations per file are supported`],
    [
      'two of one type',
      [good, good],
      `${PREFIX}Multiple attestations for the same file with the same predicate type (https://docs.pypi.org/attestations/publish/v1) are not supported`,
    ],
    ['version 2', [changed(good, 'version', put(2))], MALFORMED],
    ['version "1"', [changed(good, 'version', put('1'))], MALFORMED],
    ['no version', [changed(good, 'version', drop)], MALFORMED],
    ['no envelope', [changed(good, 'envelope', drop)], MALFORMED],
    ['no material', [changed(good, 'verification_material', drop)], MALFORMED],
    ['no log entry', [changed(good, 'verification_material.transparency_entries', put([]))], MALFORMED],
    [
      'two log entries',
      [changed(good, 'verification_material.transparency_entries', (value) => [value, value].flat())],
      MALFORMED,
    ],
    [
      'unpadded base64',
      [changed(good, 'envelope.signature', (value) => String(value).slice(0, -1))],
      MALFORMED,
    ],
    [
      'line breaks in base64',
      [changed(good, 'envelope.statement', (value) => `${String(value)}\n`)],
      MALFORMED,
    ],
  ])('%s are malformed', async (_title, attestations, words) => {
    const [status, answer] = await attempt(PYPI_ATTESTATIONS, attestations);
    expect([status, answer.slice(0, words.length)]).toEqual([400, words]);
  });

  it.each<[string, string, (value: unknown) => unknown, string]>([
    ['another certificate', 'verification_material.certificate', put('MIIB'), UNKNOWN],
    [
      'a trailing byte',
      'verification_material.certificate',
      (value) => Buffer.concat([Buffer.from(String(value), 'base64'), Buffer.of(0)]).toString('base64'),
      UNKNOWN,
    ],
    ['an unknown key', `${ENTRY}.extra`, put(1), UNKNOWN],
    ['a number', `${ENTRY}.logIndex`, Number, UNKNOWN],
    ['a leading zero', `${ENTRY}.logIndex`, (value) => `0${String(value)}`, UNKNOWN],
    ['no body', `${ENTRY}.canonicalizedBody`, drop, UNKNOWN],
    ['no proof', `${ENTRY}.inclusionProof`, drop, UNKNOWN],
    ['no checkpoint', `${ENTRY}.inclusionProof.checkpoint`, drop, UNKNOWN],
    ['no promise', `${ENTRY}.inclusionPromise`, put(null), UNKNOWN],
    ['a tree that is too small', `${ENTRY}.inclusionProof.treeSize`, put('1'), UNKNOWN],
    ['no time', `${ENTRY}.integratedTime`, drop, FAILED],
    ['the first second of 1970', `${ENTRY}.integratedTime`, put('0'), FAILED],
    ['another time', `${ENTRY}.integratedTime`, (value) => String(Number(value) + 1), FAILED],
    ['an index beyond 2^53', `${ENTRY}.logIndex`, put('9007199254740993'), FAILED],
    ['another index', `${ENTRY}.logIndex`, (value) => String(Number(value) + 1), FAILED],
    ['another log', `${ENTRY}.logId.keyId`, flipped, FAILED],
    ['another kind', `${ENTRY}.kindVersion.kind`, put('hashedrekord'), FAILED],
    ['another version of it', `${ENTRY}.kindVersion.version`, put('0.0.2'), FAILED],
    ['another promise', `${ENTRY}.inclusionPromise.signedEntryTimestamp`, flipped, FAILED],
    ['another root hash', `${ENTRY}.inclusionProof.rootHash`, flipped, FAILED],
    ['another tree size', `${ENTRY}.inclusionProof.treeSize`, (value) => String(Number(value) + 1), FAILED],
    ['another hash on the path', `${ENTRY}.inclusionProof.hashes.0`, flipped, FAILED],
    ['one hash less', `${ENTRY}.inclusionProof.hashes`, (value) => (value as unknown[]).slice(1), FAILED],
    ['another body', `${ENTRY}.canonicalizedBody`, flipped, FAILED],
    [
      'another checkpoint',
      `${ENTRY}.inclusionProof.checkpoint.envelope`,
      (value) => String(value).replace(/^./, 'x'),
      FAILED,
    ],
    [
      'a checkpoint with a second blank line',
      `${ENTRY}.inclusionProof.checkpoint.envelope`,
      (value) => `${String(value)}\n`,
      FAILED,
    ],
    [
      'a checkpoint with a line that is no signature',
      `${ENTRY}.inclusionProof.checkpoint.envelope`,
      (value) => `${String(value)}x\n`,
      FAILED,
    ],
    [
      'a checkpoint with the signature twice',
      `${ENTRY}.inclusionProof.checkpoint.envelope`,
      (value) => String(value).replace(/(\u2014 .*\n)/, '$1$1'),
      FAILED,
    ],
    ['another signature', 'envelope.signature', flipped, FAILED],
    ['no signature', 'envelope.signature', put(''), FAILED],
    ['another statement', 'envelope.statement', flipped, FAILED],
    ['another byte in the certificate', 'verification_material.certificate', flipped, PREFIX],
  ])('with %s are refused', async (_title, path, change, words) => {
    const [status, answer] = await attempt(PYPI_ATTESTATIONS, [changed(good, path, change)]);
    expect([status, answer.slice(0, words.length)]).toEqual([400, words]);
  });

  it('by keys that nobody knows are taken, and served without them', async () => {
    const index = await indexFor(PYPI_ATTESTATIONS);
    const token = await mintedToken(index, PYPI_ATTESTATIONS.token);
    const sent = changed(changed(good, 'note', put('x')), 'envelope.note', put('x'));
    expect((await upload(index, { ...form(PYPI_ATTESTATIONS, JSON.stringify([sent])), token })).status).toBe(
      200,
    );
    const [release] = Array.from(index.warehouse.projects()[0]?.releases.values() ?? []);
    expect(JSON.stringify(release?.files[0]?.provenance)).not.toContain('note');
    const digest = createHash('sha256')
      .update(readVector(`pep740/${PYPI_ATTESTATIONS.filename}`))
      .digest('hex');
    expect(release?.files[0]?.digests.sha256).toBe(digest);
  });
});

describe('a judge without a trusted root', () => {
  it('takes nothing, and says why', async () => {
    // No folder can be below a file.
    const nowhere = `${import.meta.filename}/none`;
    const trust = { mirrorUrl: 'http://127.0.0.1:9', rootPath: nowhere, cachePath: nowhere };
    const { publisher, token } = PYPI_ATTESTATIONS;
    const index = await startIndex({ publishers: [{ ...publisher, project: 'demo' }], trust });
    const body = {
      version: 1,
      verification_material: { certificate: '', transparency_entries: [{}] },
      envelope: { statement: '', signature: '' },
    };
    const fields = { attestations: JSON.stringify([body]) };
    const [status, words] = await answerTo(index, { fields, token: await mintedToken(index, token) });
    expect([status, words.slice(0, UNKNOWN.length)]).toEqual([400, UNKNOWN]);
  });
});
