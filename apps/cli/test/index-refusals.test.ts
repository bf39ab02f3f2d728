// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import AdmZip from 'adm-zip';
import { FINDING_CODES } from '@colophon/dist';
import { IndexError, mintRefusal, processUpload, type RefusalReason, uploadRefusal } from '@colophon/pypi';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FINDING_ADVICE } from '../src/checking/finding-advice.ts';
import { REFUSAL_ADVICE } from '../src/errors/refusal-advice.ts';
import { renderError } from '../src/render/error.ts';
import { failureJson } from '../src/render/failure.ts';

let sandbox: Sandbox;

const user = (name: string) => ({ token: `pypi-${name}`, projects: 'user' as const, user: name });

beforeAll(async () => {
  sandbox = await startSandbox({
    warehouse: {
      apiTokens: [
        { token: 'pypi-owner', projects: 'user' },
        { token: 'pypi-demo', projects: ['demo', 'closed', 'asleep'] },
        user('stranger'),
        user('unverified'),
        user('careless'),
      ],
      barred: {
        unverifiedUsers: ['unverified'],
        usersWithoutTwoFactor: ['careless'],
        closedProjects: ['closed'],
        inactiveProjects: ['asleep'],
        prohibitedNames: ['forbidden'],
      },
      renderRst: async (text) => text !== 'bad',
      maxFileBytes: 1024 * 1024,
    },
  });
});
afterAll(() => sandbox.close());

type Fields = Readonly<Record<string, string | readonly string[]>>;

interface Sent {
  readonly token?: string;
  readonly authorization?: string;
  readonly filename?: string;
  readonly content?: Buffer;
  readonly fields?: Fields;
}

const WHEEL = 'demo-1.0-py3-none-any.whl';
const SDIST = 'demo-1.0.tar.gz';

function wheel(more: Readonly<Record<string, string>> = {}, without = ''): Buffer {
  const zip = new AdmZip();
  const info = 'demo-1.0.dist-info';
  const members = {
    'demo.py': '',
    [`${info}/WHEEL`]: '',
    [`${info}/METADATA`]: '',
    [`${info}/RECORD`]: '',
    ...more,
  };
  for (const [name, text] of Object.entries(members))
    if (!name.endsWith(without) || without === '') zip.addFile(name, Buffer.from(text));
  return zip.toBuffer();
}

function tarball(...names: readonly string[]): Buffer {
  const blocks = names.flatMap((name) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write('00000000000\0', 124);
    header.write('        ', 148);
    header.write('0', 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** What the sandbox's index says to an upload, as the program reads it. */
async function refusal(sent: Sent): Promise<unknown> {
  const {
    filename = WHEEL,
    content = filename.endsWith('.whl') ? wheel() : tarball('demo-1.0/PKG-INFO', 'demo-1.0/a'),
  } = sent;
  const binary = filename.endsWith('.whl');
  const fields: Fields = {
    ':action': 'file_upload',
    metadata_version: '2.4',
    name: 'demo',
    version: '1.0',
    filetype: binary ? 'bdist_wheel' : 'sdist',
    pyversion: binary ? 'py3' : 'source',
    sha256_digest: createHash('sha256').update(content).digest('hex'),
    ...sent.fields,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) form.append(name, one);
  form.append('content', new Blob([content], { type: 'application/octet-stream' }), filename);
  const authorization =
    sent.authorization ??
    `Basic ${Buffer.from(`__token__:${sent.token ?? 'pypi-owner'}`).toString('base64')}`;
  const headers = { authorization, accept: 'application/json' };
  const response = await fetch(sandbox.index.uploadUrl, { method: 'POST', body: form, headers });
  const body = new Uint8Array(await response.arrayBuffer());
  try {
    processUpload(
      { status: response.status, body, url: new URL(sandbox.index.uploadUrl) },
      { filename, secrets: [] },
    );
    return undefined;
  } catch (error) {
    return error;
  }
}

const field = (fields: Fields): Sent => ({ fields });
const info = (name: string) => `demo-1.0.dist-info/${name}`;

const LIVE: readonly (readonly [reason: RefusalReason, sent: Sent])[] = [
  ['authentication-missing', { token: 'pypi-nobody' }],
  ['password-refused', { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` }],
  ['name-invalid', field({ name: '-demo' })],
  ['upload-form', field({ protocol_version: '2' })],
  ['upload-form', field({ filetype: 'bdist_egg' })],
  ['upload-form', field({ sha256_digest: 'x' })],
  ['upload-form', field({ pyversion: '' })],
  ['metadata-version', field({ metadata_version: '2.6' })],
  ['metadata-field-too-new', field({ import_name: 'demo' })],
  ['version-invalid', field({ version: 'one' })],
  ['local-version', field({ version: '1.0+x' })],
  ['metadata-repeated-field', field({ summary: ['a', 'b'] })],
  ['summary-lines', field({ summary: 'a\nb' })],
  ['summary-length', field({ summary: 'a'.repeat(513) })],
  ['email-address', field({ author_email: 'me' })],
  ['classifier-unknown', field({ classifiers: 'Mine' })],
  ['classifier-private', field({ classifiers: 'Private :: Mine' })],
  ['classifier-deprecated', field({ classifiers: 'Natural Language :: Ukranian' })],
  ['web-address', field({ home_page: 'demo.test' })],
  ['web-address', field({ project_urls: 'Home, demo.test' })],
  ['project-url', field({ project_urls: 'Home' })],
  ['project-url', field({ project_urls: ['A, https://a.test', 'A, https://b.test'] })],
  ['direct-requirement', field({ requires_dist: 'a @ https://a.test' })],
  ['requirement', field({ requires_dist: 'a b' })],
  ['requirement', field({ provides_dist: 'a b' })],
  ['requires-python', field({ requires_python: '3' })],
  ['extra-name', field({ provides_extra: 'a b' })],
  ['license-expression', field({ license_expression: 'Mine' })],
  ['license-conflict', field({ license_expression: 'MIT', license: 'MIT' })],
  ['license-file-path', field({ license_file: '/LICENSE' })],
  ['license-file-missing', field({ license_file: 'LICENSE' })],
  ['import-name', field({ metadata_version: '2.5', import_name: 'a-b' })],
  ['dynamic-field', field({ dynamic: 'Colour' })],
  ['description-content-type', field({ description_content_type: 'text/html' })],
  ['description-content-type', field({ description_content_type: 'text/plain; charset=latin-1' })],
  ['description-render', field({ description: 'bad' })],
  ['project-name-alike', field({ name: 'd-e-m-0' })],
  ['project-name-standard-library', field({ name: 'json' })],
  ['project-name-prohibited', field({ name: 'forbidden' })],
  ['upload-not-allowed', { token: 'pypi-stranger' }],
  ['upload-not-allowed', field({ name: 'closed' })],
  ['token-scope', { token: 'pypi-demo', fields: { name: 'other-thing' } }],
  ['email-unverified', { token: 'pypi-unverified', fields: { name: 'fresh-name' } }],
  ['two-factor-missing', { token: 'pypi-careless', fields: { name: 'fresh-name' } }],
  ['organization-inactive', field({ name: 'asleep' })],
  ['filename-invalid', { filename: 'demo-1.0.egg', fields: { filetype: 'sdist' } }],
  ['filename-invalid', { filename: 'a/demo-1.0.tar.gz' }],
  ['filename-invalid', { filename: 'demo.tar.gz' }],
  ['filename-invalid', { filename: 'demo-1.0-any.whl' }],
  ['file-size', { content: Buffer.alloc(1024 * 1024 + 1) }],
  ['digest-mismatch', field({ sha256_digest: '0'.repeat(64) })],
  ['archive-damaged', { content: Buffer.from('text') }],
  ['archive-damaged', { filename: SDIST, content: Buffer.from('text') }],
  ['archive-polyglot', { filename: SDIST, content: Buffer.concat([tarball('a'), Buffer.alloc(1), wheel()]) }],
  ['sdist-top-level', { filename: SDIST, content: tarball('a', 'b') }],
  ['metadata-missing', { filename: SDIST, content: tarball('demo-1.0/a', 'demo-1.0/b') }],
  ['metadata-missing', { content: wheel({}, 'METADATA') }],
  ['wheel-file-missing', { content: wheel({}, 'WHEEL') }],
  ['wheel-record-missing', { content: wheel({}, 'RECORD') }],
  ['forbidden-content', { content: wheel({ 'a.py': '__pyarmor_bcc__' }) }],
  ['leaked-token', { content: wheel({ 'a.py': `pypi-AgEIcHlwaS5vcmcCJ${'x'.repeat(155)}` }) }],
  ['zip-hidden-data', { content: Buffer.concat([wheel(), Buffer.from('x')]) }],
  ['entry-points', { content: wheel({ [info('entry_points.txt')]: '[console_scripts]\n../x = a:b\n' }) }],
  ['sdist-filename', { filename: 'Demo-1.0.tar.gz', content: tarball('d/PKG-INFO', 'd/a') }],
  ['name-mismatch', { filename: 'other-1.0.tar.gz', content: tarball('d/PKG-INFO', 'd/a') }],
  ['platform-tag', { filename: 'demo-1.0-py3-none-linux_x86_64.whl' }],
];

/** Words that take an index with a past, or attestations; as PyPI has them. */
const SAID: readonly (readonly [reason: RefusalReason, words: string])[] = [
  ['uploads-disabled', 'Read-only mode: Uploads are temporarily disabled.'],
  [
    'uploads-disabled',
    'New uploads are temporarily disabled. See https://pypi.org/help/ for more information.',
  ],
  [
    'project-unknown-to-publisher',
    'Non-user identities cannot create new projects. This was probably caused by …',
  ],
  ['registration-disabled', 'New project registration temporarily disabled. See …'],
  ['too-many-projects', 'Too many new projects created'],
  ['upload-not-allowed', "The given token isn't allowed to upload to project 'demo'. See …"],
  ['token-expired', 'Invalid API Token: token is expired'],
  ['token-invalid', 'Invalid API Token: macaroon verification failed'],
  ['project-size', "Project size too large. Limit for project 'demo' total size is 10 GB. See …"],
  ['file-exists', "File already exists ('demo-1.0.tar.gz', with blake2_256 hash 'ab'). See …"],
  [
    'filename-reuse',
    'This filename was previously used by a file that has since been deleted. Use a different version. See …',
  ],
  ['release-closed', 'Uploading new files to releases older than 14 days is not allowed.'],
  ['release-closed', "Release is closed, new artifacts can't be published."],
  ['second-sdist', 'Only one sdist may be uploaded per release.'],
  ['archive-bomb', 'Invalid distribution file. File exceeds compression ratio of 50'],
  ['archive-compression', 'Invalid distribution file. File does not use a supported compression type'],
  [
    'zip-data-descriptor',
    'Invalid distribution file. ZIP archive not accepted: ZIP contains a data descriptor. See …',
  ],
  ['zip-comment', 'Invalid distribution file. ZIP archive not accepted: Comment in central directory. See …'],
  [
    'archive-duplicate',
    'Invalid distribution file. ZIP archive not accepted: Duplicate filename in local headers. See …',
  ],
  ['archive-name', 'Invalid distribution file. ZIP archive not accepted: Filename not unicode. See …'],
  ['archive-ambiguous', 'Invalid distribution file. ZIP archive not accepted: Mis-matched data size. See …'],
  [
    'wheel-filename',
    "Filename 'Demo-1.0-py3-none-any.whl' should contain the normalized project name 'demo', not 'Demo'.",
  ],
  ['version-mismatch', "Version in filename should be '1.0' not '1.1'."],
  ['filename-too-long', "Filename is too long: 'demo-1.0-py3-none-any.whl'"],
  ...(
    [
      ['attestations-need-publisher', 'Attestations are only supported when using Trusted Publishing'],
      ['attestations-publisher-kind', 'Attestations are not currently supported with ActiveState publishers'],
      ['attestations-malformed', 'Malformed attestations: 1 validation error for list[Attestation]'],
      ['attestations-empty', 'Malformed attestations: an empty attestation set is not permitted'],
      ['attestations-too-many', 'A maximum of 2 attestations per file are supported'],
      [
        'attestation-unverified',
        'Could not verify the uploaded artifact using the included attestation: Verification failed: x',
      ],
      ['attestation-unreadable', 'Unknown error while trying to verify included attestations: x'],
      ['attestation-type', 'Attestation with unsupported predicate type: x'],
      [
        'attestation-twice',
        'Multiple attestations for the same file with the same predicate type (x) are not supported',
      ],
    ] as const
  ).map(([reason, detail]) => [reason, `Invalid attestations supplied during upload: ${detail}`] as const),
];

const MINTED: readonly (readonly [reason: RefusalReason, code: string, description: string])[] = [
  ['mint-disabled', 'not-enabled', 'github trusted publishing functionality not enabled'],
  ['mint-malformed', 'invalid-payload', 'malformed JWT'],
  ['mint-issuer-unknown', 'invalid-payload', 'unknown trusted publishing issuer'],
  [
    'mint-project-not-founded',
    'invalid-payload',
    "The name 'json' isn't allowed (conflict with Python Standard Library module name).",
  ],
  ['mint-token-invalid', 'invalid-token', 'malformed or invalid token'],
  ['mint-token-reused', 'invalid-reuse-token', 'invalid token: already used'],
  ['mint-project-exists', 'invalid-pending-publisher', 'valid token, but project already exists'],
  ...(
    [
      ['mint-publisher-unknown', 'Publisher with matching claims was not found'],
      ['mint-claim-missing', "Missing claim 'environment'"],
      ['mint-claim-differs', "Check failed for required claim 'repository'"],
      [
        'mint-reusable-workflow',
        "The job_workflow_ref claim does not match, expecting one of ['a'], got 'b'",
      ],
      [
        'mint-pull-request-target',
        "Publishing from a workflow invoked via 'pull_request_target' is not supported.",
      ],
      ['mint-workflow-name', 'Could not job extract workflow filename from OIDC claims'],
      ['mint-issuer-differs', "JWT issuer 'a' does not match expected issuer 'b'"],
    ] as const
  ).map(
    ([reason, why]) =>
      [reason, 'invalid-publisher', `valid token, but no corresponding publisher (${why})`] as const,
  ),
];

describe('a refusal of the index', () => {
  it.each(LIVE)('%s is told from its words: %j', async (reason, sent) => {
    const error = await refusal(sent);
    expect(error).toBeInstanceOf(IndexError);
    expect(error).toMatchObject({ details: { reason } });
    const advice = { ...FINDING_ADVICE, ...REFUSAL_ADVICE }[reason];
    const shown = renderError(error);
    expect(shown).toContain(`hint: ${advice}\n`);
    expect(shown).toContain(`docs/reference/findings.md#${reason}\n`);
    expect(failureJson(error)).toMatchObject({ reason });
  });

  it.each(SAID)('%s is told from "%s"', (reason, words) => {
    expect(uploadRefusal(words)).toBe(reason);
  });

  it.each(MINTED)('%s is told from %s: %s', (reason, code, description) => {
    expect(mintRefusal(code, description)).toBe(reason);
  });

  it('has an explanation for every reason, and every reason its words', () => {
    const told = new Set<string>([...LIVE, ...SAID, ...MINTED].map(([reason]) => reason));
    expect(Object.keys(REFUSAL_ADVICE).filter((reason) => !told.has(reason))).toEqual([]);
    expect(Object.keys(FINDING_ADVICE).toSorted()).toEqual([...FINDING_CODES].toSorted());
  });

  it('in words that nobody knows keeps the general advice', () => {
    expect(uploadRefusal('The moon is full.')).toBeUndefined();
    const error = new IndexError('ERR_INDEX_REFUSED', 'x', { details: { reason: '__proto__' } });
    expect(renderError(error)).toContain('errors.md#err_index_refused');
  });
});
