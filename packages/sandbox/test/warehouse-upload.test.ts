// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { basic, answerTo, type RefusalRow, SETTINGS, startIndex } from './warehouse-fixture.ts';

const SEE_METADATA = 'See https://packaging.python.org/specifications/core-metadata for more information.';
const SDIST = { filename: 'demo-1.0.tar.gz' };

const AUTHENTICATION: RefusalRow[] = [
  [
    'no credentials',
    { authorization: '' },
    403,
    'Invalid or non-existent authentication information. See {help}#invalid-auth for more information.',
  ],
  [
    'an unknown token',
    { token: 'pypi-nobody' },
    403,
    'Invalid or non-existent authentication information. See {help}#invalid-auth for more information.',
  ],
  [
    'an unknown bearer',
    { authorization: 'Bearer pypi-nobody' },
    403,
    'Invalid or non-existent authentication information. See {help}#invalid-auth for more information.',
  ],
  [
    'a password',
    { authorization: basic('alice', 'secret') },
    403,
    'Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers instead. See {help}#apitoken and {help}#trusted-publishers',
  ],
];

const ROUTING: RefusalRow[] = [
  ['no action', { fields: { ':action': null } }, 405, 'Method Not Allowed'],
  ['an unknown action', { fields: { ':action': 'file_download' } }, 405, 'Method Not Allowed'],
  [
    'submit',
    { fields: { ':action': 'submit' } },
    410,
    'Project pre-registration is no longer required or supported, upload your files instead.',
  ],
  [
    'submit_pkg_info',
    { fields: { ':action': 'submit_pkg_info' } },
    410,
    'Project pre-registration is no longer required or supported, upload your files instead.',
  ],
  [
    'doc_upload',
    { fields: { ':action': 'doc_upload' } },
    410,
    'Uploading documentation is no longer supported, we recommend using https://readthedocs.org/.',
  ],
  [
    'a URL without slash',
    { path: '/legacy' },
    308,
    'An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)',
  ],
];

const FORM: RefusalRow[] = [
  ['protocol 2', { fields: { protocol_version: '2' } }, 400, 'Unknown protocol version.'],
  ['attestations as a file', { files: { attestations: '[]' } }, 400, 'attestations: Should not be a tuple.'],
  [
    'no name',
    { fields: { name: null } },
    400,
    `'' is an invalid value for Name. Error: This field is required. ${SEE_METADATA}`,
  ],
  [
    'a bad name',
    { fields: { name: '-demo' } },
    400,
    `'-demo' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'. ${SEE_METADATA}`,
  ],
  [
    'the name UNKNOWN',
    { fields: { name: ' UNKNOWN ' } },
    400,
    `'' is an invalid value for Name. Error: This field is required. ${SEE_METADATA}`,
  ],
  [
    'a wheel without Python version',
    { fields: { pyversion: null } },
    400,
    'Error: Python version is required for binary distribution uploads.',
  ],
  [
    'an sdist with one',
    { ...SDIST, fields: { pyversion: 'py3' } },
    400,
    "Error: Use 'source' as Python version for an sdist.",
  ],
  [
    'no digest',
    { fields: { sha256_digest: null, blake2_256_digest: null } },
    400,
    'Error: Include at least one message digest.',
  ],
  [
    'no file type',
    { fields: { filetype: null } },
    400,
    'Invalid value for filetype. Error: This field is required.',
  ],
  [
    'an egg',
    { fields: { filetype: 'bdist_egg' } },
    400,
    'Invalid value for filetype. Error: Use a known file type.',
  ],
  [
    'a short SHA-256',
    { fields: { sha256_digest: 'abc' } },
    400,
    'Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.',
  ],
  [
    'a short BLAKE2',
    { fields: { blake2_256_digest: 'abc' } },
    400,
    'Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest.',
  ],
  ['no file', { noContent: true }, 400, 'Upload payload does not have a file.'],
];

const METADATA: RefusalRow[] = [
  [
    '2.6',
    { fields: { metadata_version: '2.6' } },
    400,
    `'2.6' is not a valid metadata version. ${SEE_METADATA}`,
  ],
  [
    '2.0',
    { fields: { metadata_version: '2.0' } },
    400,
    `'2.0' is not a valid metadata version. ${SEE_METADATA}`,
  ],
  [
    'no metadata version',
    { fields: { metadata_version: null } },
    400,
    `None is not a valid metadata version. ${SEE_METADATA}`,
  ],
  ['no version', { fields: { version: null } }, 400, `'version' is a required field. ${SEE_METADATA}`],
  [
    'no PEP 440 version',
    { fields: { version: 'one' } },
    400,
    `'one' is invalid for 'version'. ${SEE_METADATA}`,
  ],
  [
    'a local version',
    { fields: { version: '1.0+here' } },
    400,
    "The use of local versions in '1.0+here' is not allowed. See https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers for more information.",
  ],
  ['two summaries', { fields: { summary: ['a', 'b'] } }, 400, `'summary' has invalid data. ${SEE_METADATA}`],
  [
    'a summary of two lines',
    { fields: { summary: 'a\nb' } },
    400,
    `'summary' must be a single line. ${SEE_METADATA}`,
  ],
  [
    'a long summary',
    { fields: { summary: 'a'.repeat(513) } },
    400,
    `'summary' field must be 512 characters or less. ${SEE_METADATA}`,
  ],
  [
    'license-file before 2.4',
    { fields: { metadata_version: '2.1', license_file: 'LICENSE' } },
    400,
    `license-file introduced in metadata version 2.4, not 2.1. ${SEE_METADATA}`,
  ],
  [
    'import-name before 2.5',
    { fields: { import_name: 'demo' } },
    400,
    `import-name introduced in metadata version 2.5, not 2.4. ${SEE_METADATA}`,
  ],
  [
    'two kinds of licence',
    { fields: { license: 'MIT', license_expression: 'MIT' } },
    400,
    `License is deprecated when License-Expression is present. Only License-Expression should be present. ${SEE_METADATA}`,
  ],
  [
    'a licence file outside',
    { fields: { license_file: '../LICENSE' } },
    400,
    `'../LICENSE' is invalid for 'license-file', parent directory indicators are not allowed. ${SEE_METADATA}`,
  ],
  [
    'an unknown dynamic field',
    { fields: { dynamic: 'Colour' } },
    400,
    `'colour' is not a valid dynamic field. ${SEE_METADATA}`,
  ],
  [
    'a dynamic name',
    { fields: { dynamic: 'Name' } },
    400,
    `'name' is not allowed as a dynamic field. ${SEE_METADATA}`,
  ],
  [
    'HTML for a description',
    { fields: { description_content_type: 'text/html' } },
    400,
    `'description-content-type' must be one of ['text/plain', 'text/x-rst', 'text/markdown'], not 'text/html'. ${SEE_METADATA}`,
  ],
  [
    'another charset',
    { fields: { description_content_type: 'text/plain; charset=latin-1' } },
    400,
    `'description-content-type' can only specify the UTF-8 charset, not 'latin-1'. ${SEE_METADATA}`,
  ],
  [
    'a direct dependency',
    { fields: { requires_dist: ['a>1', 'b @ https://b.test/b.whl'] } },
    400,
    `Can't have direct dependency: b @ https://b.test/b.whl. ${SEE_METADATA}`,
  ],
  [
    'a long URL label',
    { fields: { project_urls: `${'l'.repeat(33)}, https://a.test` } },
    400,
    `'${'l'.repeat(33)}' must be 32 characters or less. ${SEE_METADATA}`,
  ],
  [
    'the version first of two faults',
    { fields: { version: 'x', dynamic: 'Colour' } },
    400,
    `'x' is invalid for 'version'. ${SEE_METADATA}`,
  ],
];

const NAMES: RefusalRow[] = [
  [
    'a control character',
    { filename: 'demo-1.0-py3-none-any\u0007.whl' },
    400,
    'Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name.',
  ],
  [
    'a slash',
    { filename: 'a/demo-1.0-py3-none-any.whl' },
    400,
    "Cannot upload a file with '/' or '\\' in the name.",
  ],
  [
    'another extension',
    { filename: 'demo-1.0.egg', fields: { filetype: 'bdist_wheel', pyversion: 'py3' } },
    400,
    'Invalid file extension: Use .tar.gz, .whl or .zip extension. See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ for more information',
  ],
  [
    'an sdist called a wheel',
    { ...SDIST, fields: { filetype: 'bdist_wheel', pyversion: 'py3' } },
    400,
    'Invalid file extension: Extension .tar.gz is invalid for filetype bdist_wheel. See https://www.python.org/dev/peps/pep-0527 for more information.',
  ],
  [
    'an upper-case extension',
    { filename: 'demo-1.0-py3-none-any.WHL', fields: { filetype: 'bdist_wheel', pyversion: 'py3' } },
    400,
    'Invalid file extension: Extension .WHL is invalid for filetype bdist_wheel. See https://www.python.org/dev/peps/pep-0527 for more information.',
  ],
  ['a picture', { contentType: 'image/png' }, 400, 'Invalid distribution file.'],
  [
    'a wrong MD5',
    { fields: { md5_digest: '0'.repeat(32) } },
    400,
    'The digest supplied does not match a digest calculated from the uploaded file.',
  ],
  [
    'a wrong SHA-256',
    { fields: { sha256_digest: '0'.repeat(64) } },
    400,
    'The digest supplied does not match a digest calculated from the uploaded file.',
  ],
  [
    'a wrong BLAKE2',
    { fields: { blake2_256_digest: '0'.repeat(64) } },
    400,
    'The digest supplied does not match a digest calculated from the uploaded file.',
  ],
  [
    'an sdist of another project',
    { filename: 'other-1.0.tar.gz' },
    400,
    "Start filename for 'demo' with 'demo'.",
  ],
  [
    'an sdist of another version',
    { filename: 'demo-1.1.tar.gz' },
    400,
    "Filename 'demo-1.1.tar.gz' is invalid, should be 'demo-1.0.tar.gz'.",
  ],
  [
    'an sdist in upper case',
    { filename: 'Demo-1.0.tar.gz' },
    400,
    "Filename 'Demo-1.0.tar.gz' is invalid, should be 'demo-1.0.tar.gz'.",
  ],
  [
    'a zip',
    { filename: 'demo-1.0.zip' },
    400,
    "Filename 'demo-1.0.zip' is invalid, should be 'demo-1.0.tar.gz'.",
  ],
  [
    'an sdist without version',
    { filename: 'demo.tar.gz' },
    400,
    'Invalid source distribution filename: demo.tar.gz',
  ],
  [
    'a wheel of too few parts',
    { filename: 'demo-1.0-any.whl' },
    400,
    "Invalid wheel filename (wrong number of parts): 'demo-1.0-any'",
  ],
  [
    'a wheel of no version',
    { filename: 'demo-x-py3-none-any.whl' },
    400,
    "Invalid wheel filename (invalid version): 'demo-x-py3-none-any'",
  ],
  [
    'a wheel for Linux as such',
    { filename: 'demo-1.0-py3-none-linux_x86_64.whl' },
    400,
    "Binary wheel 'demo-1.0-py3-none-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.",
  ],
  [
    'a wheel of another project',
    { filename: 'other-1.0-py3-none-any.whl' },
    400,
    "Start filename for 'demo' with 'demo'.",
  ],
  [
    'a wheel in upper case',
    { filename: 'Demo-1.0-py3-none-any.whl' },
    400,
    "Filename 'Demo-1.0-py3-none-any.whl' should contain the normalized project name 'demo', not 'Demo'.",
  ],
  [
    'a wheel of another version',
    { filename: 'demo-1.1-py3-none-any.whl' },
    400,
    "Version in filename should be '1.0' not '1.1'.",
  ],
];

const AUTHORITY: RefusalRow[] = [
  [
    'a user who does not own it',
    { token: 'pypi-mallory' },
    403,
    "The user 'mallory' isn't allowed to upload to project 'demo'. See {help}#project-name for more information.",
  ],
  [
    'a token of another project',
    { token: 'pypi-other' },
    403,
    "Invalid API Token: project-scoped token is not valid for project: 'demo'",
  ],
  [
    'a new name like another',
    { filename: 'd_e_m_0-1.0.tar.gz', fields: { name: 'd-e-m-0' } },
    400,
    "The name 'd-e-m-0' is too similar to an existing project. See {help}#project-name for more information.",
  ],
  [
    'a name of the standard library',
    { fields: { name: 'json' } },
    400,
    "The name 'json' isn't allowed (conflict with Python Standard Library module name). See {help}#project-name for more information.",
  ],
];

describe.each([
  ['authentication', AUTHENTICATION],
  ['routing', ROUTING],
  ['the form', FORM],
  ['metadata', METADATA],
  ['file names and digests', NAMES],
  ['authority', AUTHORITY],
])('an upload is refused for %s', (_group, rows) => {
  it.each(rows)('%s', async (_title, options, status, words) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, options)).toEqual([status, words]);
    expect(index.warehouse.projects().flatMap(({ releases }) => Array.from(releases))).toEqual([]);
  });
});

describe('an upload is refused by a switch', () => {
  it.each([
    [{ readOnly: true }, 'Read-only mode: Uploads are temporarily disabled.'],
    [
      { disallowNewUploads: true },
      'New uploads are temporarily disabled. See {help}#admin-intervention for more information.',
    ],
  ])('%j', async (flags, words) => {
    const index = await startIndex({ ...SETTINGS, flags });
    expect(await answerTo(index, { token: 'pypi-nobody' })).toEqual([403, words]);
  });

  it('for its size', async () => {
    const index = await startIndex({ ...SETTINGS, maxFileBytes: 2 * 1024 * 1024 });
    const words =
      "File too large. Limit for project 'demo' is 2 MB. See {help}#file-size-limit for more information.";
    expect(await answerTo(index, { content: Buffer.alloc(2 * 1024 * 1024 + 1) })).toEqual([400, words]);
  });
});
