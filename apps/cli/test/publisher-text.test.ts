// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  formatPublisher,
  parsePublisher,
  parseRepository,
  parseServiceAccount,
} from '../src/identity/publisher-text.ts';

describe('a publisher as text', () => {
  it.each([
    'github:octo-org/sampler',
    'github:octo-org/sampler/release.yml',
    'github:o/r.py/ci.yaml',
    'gitlab:group/project',
    'gitlab:group/sub/project//.gitlab-ci.yml',
    'gitlab:group/project//ci/release.yml',
    'google:robot@project.iam.gserviceaccount.com',
  ])('reads and writes %s', (text) => {
    expect(formatPublisher(parsePublisher(text))).toBe(text);
  });

  it.each([
    'octo-org/sampler',
    'github:',
    'github:sampler',
    'github:a/b/c/d.yml',
    'github:a/b/release',
    'github:a/b ',
    'gitlab:project',
    'gitlab:a/b//',
    'google:nobody',
    'GitHub:a/b',
    'circle:a/b',
  ])('refuses %j', (text) => {
    expect(() => parsePublisher(text)).toThrowError(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

describe('--repository', () => {
  it.each([
    ['octo-org/sampler', 'github:octo-org/sampler'],
    ['https://github.com/octo-org/sampler', 'github:octo-org/sampler'],
    ['https://github.com/octo-org/sampler.git', 'github:octo-org/sampler'],
    ['https://github.com/octo-org/sampler/', 'github:octo-org/sampler'],
    ['https://gitlab.com/a/b/c', 'gitlab:a/b/c'],
  ])('reads %s', (text, expected) => {
    expect(formatPublisher(parseRepository(text))).toBe(expected);
  });

  it.each([
    'http://github.com/a/b',
    'https://github.com.evil.example/a/b',
    'https://evil.example/a/b',
    'https://github.com/a/b/tree/main/x',
    'https://user@github.com/a/b',
    'https://github.com/a/b?x=1',
    'https://:secret@github.com/a/b',
    'https://github.com/a/b/release.yml',
    'a/b/release.yml',
    'https://gitlab.com/a/b//x.yml',
    'sampler',
    '',
  ])('refuses %s by its own name, and never shows a password', (text) => {
    const message = expect.stringMatching(
      /^--repository (?!.*secret).*: expected OWNER\/NAME or an https URL/,
    );
    expect(() => parseRepository(text)).toThrowError(expect.objectContaining({ code: 'ERR_USAGE', message }));
  });
});

it('--service-account is an e-mail address', () => {
  expect(parseServiceAccount('a@b.example')).toEqual({ kind: 'Google', email: 'a@b.example' });
  expect(() => parseServiceAccount('a')).toThrowError(/^--service-account a: expected an e-mail address$/);
});
