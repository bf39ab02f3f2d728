// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Barred } from '../src/warehouse/upload-authority.ts';
import {
  answerTo,
  mintedToken,
  SETTINGS,
  startIndex,
  upload,
  type UploadOptions,
} from './warehouse-fixture.ts';

const SEE = 'See https://packaging.python.org/specifications/core-metadata for more information.';

/** What is sent, and the words without their end. */
const FIELDS: [fields: NonNullable<UploadOptions['fields']>, words: string][] = [
  [
    { author_email: 'nobody' },
    "'nobody' is not a valid email address: An email address must have an @-sign.",
  ],
  [
    { maintainer_email: 'A <a@x.test>' },
    "'a@x.test' is not a valid email address: The part after the @-sign is a special-use or reserved name that cannot be used with email.",
  ],
  [
    { author_email: 'a@localhost' },
    "'a@localhost' is not a valid email address: The part after the @-sign is not valid. It should have a period.",
  ],
  [{ classifiers: ['Typing :: Typed', 'Mine'] }, "'Mine' is not a valid classifier."],
  [{ classifiers: 'Private :: Mine' }, "'Private :: Mine' is not a valid classifier."],
  [
    { classifiers: 'Natural Language :: Ukranian' },
    "The classifier 'Natural Language :: Ukranian' has been deprecated, use one of ['Natural Language :: Ukrainian'] instead.",
  ],
  [
    { classifiers: 'License :: OSI Approved :: X.Net License' },
    "The classifier 'License :: OSI Approved :: X.Net License' has been deprecated.",
  ],
  [{ home_page: 'irc://a.test' }, "'irc://a.test' is not a valid url."],
  [{ download_url: 'a.test' }, "'a.test' is not a valid url."],
  [{ project_urls: 'Home, a.test' }, "'a.test' is not a valid url."],
  [{ project_urls: ', https://a.test' }, 'Must have a label.'],
  [{ project_urls: 'Home' }, 'Must have a URL.'],
  [{ project_urls: ['A, https://a.test', 'A, https://b.test'] }, "'project_urls' has invalid data."],
  [{ requires_dist: ['a>1', 'b c'] }, "'b c' is invalid for 'requires-dist'."],
  [{ provides_dist: 'a @ https://a.test' }, "Can't have direct dependency: 'a @ https://a.test'."],
  [{ obsoletes_dist: 'a>=dog' }, "'a>=dog' is invalid: it is not a requirement."],
  [{ requires_python: '3.8' }, "'3.8' is invalid for 'requires-python'."],
  [{ provides_extra: 'a b' }, "'a b' is invalid for 'provides-extra'."],
  [{ license_expression: 'MIT License' }, "'MIT License' is invalid for 'license-expression'."],
  [{ license_file: './LICENSE' }, "'./LICENSE' is invalid for 'license-file', paths must use '/' delimiter."],
  [
    { metadata_version: '2.5', import_name: 'a-b' },
    "'a-b' is invalid for 'import-name'; 'a-b' is not a valid identifier.",
  ],
  [
    { metadata_version: '2.5', import_namespace: 'a.class' },
    "'a.class' is invalid for 'import-namespace'; 'class' is a keyword.",
  ],
  [
    { metadata_version: '2.5', import_name: 'a; public' },
    "'a; public' is invalid for 'import-name'; the only valid option is 'private'.",
  ],
  [
    { description_content_type: 'text/plain;;' },
    "'text/plain;;' is not a valid content type for 'description-content-type'.",
  ],
  [{ author_email: 'x', summary: 'a\nb' }, "'summary' must be a single line."],
  [
    { home_page: 'x', author_email: 'x' },
    "'x' is not a valid email address: An email address must have an @-sign.",
  ],
];

describe('an upload is refused for its metadata', () => {
  it.each(FIELDS)('%j', async (fields, words) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, { fields })).toEqual([400, `${words} ${SEE}`]);
  });
});

describe('an upload is taken with', () => {
  it.each<[NonNullable<UploadOptions['fields']>]>([
    [{ author_email: 'A B <a@example.com>', maintainer_email: 'a@example.com, b' }],
    [{ author_email: 'Name <>' }],
    [{ classifiers: ['Typing :: Typed', 'Framework :: Django CMS :: 5.0'] }],
    [{ home_page: 'https://a.test/ü b', download_url: 'http://[::1]:80' }],
    [{ requires_dist: ['a (>=1)', 'b[x,y]~=1.0; (python_version<"3" or os_name=="nt") and extra=="x"'] }],
    [{ requires_python: '>=3.8,!=3.9.*', provides_extra: 'a.b' }],
    [
      {
        license_expression:
          '(mit OR Apache-2.0+) AND LicenseRef-Mine AND GPL-2.0 WITH Classpath-exception-2.0',
      },
    ],
    [{ metadata_version: '2.5', import_name: ['a.b', '_c; private'] }],
    [{ description_content_type: 'text/markdown; charset=UTF-8; variant=CommonMark;' }],
    [{ summary: '😀'.repeat(512) }],
  ])('%j', async (fields) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, { fields }).catch(() => 'taken')).toBe('taken');
  });
});

describe('an index with a newer list', () => {
  it('takes the classifiers that it is told of, and no others', async () => {
    const index = await startIndex({ ...SETTINGS, takesClassifier: (name) => name === 'Brand :: New' });
    expect((await answerTo(index, { fields: { classifiers: 'Brand :: Newer' } }))[0]).toBe(400);
    expect((await upload(index, { fields: { classifiers: 'Brand :: New' } })).status).toBe(200);
  });
});

const BARRED: [title: string, barred: Barred, options: UploadOptions, status: number, words: string][] = [
  [
    'an unverified user',
    { unverifiedUsers: ['sandbox'] },
    {},
    403,
    "User 'sandbox' does not have a verified primary email address. Please add a verified primary email before attempting to upload to PyPI. See {help}#verified-email for more information.",
  ],
  [
    'a user without second factor',
    { usersWithoutTwoFactor: ['sandbox'] },
    {},
    403,
    "User 'sandbox' does not have two-factor authentication enabled. Please enable two-factor authentication before attempting to upload to PyPI. See {help}#two-factor-authentication for more information.",
  ],
  [
    'an inactive organization',
    { inactiveProjects: ['demo'] },
    {},
    400,
    'Organization account owning this project is inactive. This may be due to inactive billing for Company Organizations, or administrator intervention for Community Organizations. Please contact support+orgs@pypi.org.',
  ],
  [
    'an archived project',
    { closedProjects: ['demo'] },
    {},
    403,
    "The user 'sandbox' isn't allowed to upload to project 'demo'. See {help}#project-name for more information.",
  ],
  [
    'no registration',
    { registration: true },
    { fields: { name: 'brand-new' } },
    403,
    'New project registration temporarily disabled. See {help}#admin-intervention for more information.',
  ],
  [
    'a prohibited name',
    { prohibitedNames: ['brand-new'] },
    { fields: { name: 'Brand.New' } },
    400,
    "The name 'Brand.New' isn't allowed. See {help}#project-name for more information.",
  ],
  [
    'too many projects',
    { newProjects: 1 },
    { fields: { name: 'brand-new' } },
    429,
    'Too many new projects created',
  ],
];

describe('an upload is refused for the standing of', () => {
  it.each(BARRED)('%s', async (...row) => {
    const [, barred, options, status, words] = row;
    const index = await startIndex({ ...SETTINGS, barred });
    expect(await answerTo(index, options)).toEqual([status, words]);
  });

  it('an archived project, for its publisher too', async () => {
    const index = await startIndex({ ...SETTINGS, barred: { closedProjects: ['demo'] } });
    expect(await answerTo(index, { token: await mintedToken(index) })).toEqual([
      403,
      "The given token isn't allowed to upload to project 'demo'. See {help}#project-name for more information.",
    ]);
  });

  it('a project that is full', async () => {
    const index = await startIndex({ ...SETTINGS, maxProjectBytes: 600 });
    expect((await upload(index)).status).toBe(200);
    expect(await answerTo(index, { filename: 'demo-1.0.tar.gz' })).toEqual([
      400,
      expect.stringMatching(
        /^Project size too large\. Limit for project 'demo' total size is 0 GB\. See http/,
      ),
    ]);
  });
});
