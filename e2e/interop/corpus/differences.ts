// SPDX-License-Identifier: Apache-2.0
import { type FindingCode } from '@colophon/dist';

/** Findings that the index does not share, and why. Whatever is not listed here must be the same to both. */
export const CHECK_ALONE: Readonly<Partial<Record<FindingCode, string>>> = {
  'archive-link': 'PyPI does not follow links; unpackers refuse one that leads out of the folder',
  'archive-name':
    'in an sdist: PyPI does not look at the paths; unpackers refuse one that leads out of the folder',
  'archive-bomb': 'in an sdist: PyPI measures zips only',
  'archive-trailing-data': 'Python’s tarfile stops at the first empty block, other readers go on',
  'metadata-unreadable': 'PyPI looks at the form; no client can fill it in from such a file',
};

/** Warnings at which the index refuses, and why they are no errors. */
export const INDEX_ALONE: Readonly<Partial<Record<FindingCode, string>>> = {
  'classifier-newer': 'the list of classifiers grows; ours may be the older one',
  'file-size': 'a project may have a higher limit, which no client can know',
};

/** What `twine check --strict` refuses beyond the description, or where it says nothing, and why. */
export const TWINE_ALONE: Readonly<Partial<Record<FindingCode, string>>> = {
  'description-type-missing': 'a warning here, so that --strict refuses it too',
  'description-missing': 'a warning here, so that --strict refuses it too',
  'metadata-unknown-field': 'a warning here, so that --strict refuses it too',
};

/** Findings that no file of the corpus has, and why. Every other one has a file with it alone. */
export const WITHOUT_FILE: Readonly<Partial<Record<FindingCode, string>>> = {
  'same-filename': 'takes two files: tested by the unit tests of conflictFindings',
  'same-content': 'takes two files',
  'second-sdist': 'takes two files',
  'same-distribution': 'takes two files',
  'description-not-judged': 'takes a machine without readme_renderer: tested by the unit tests of check',
  'archive-overlap': 'no Python writes one: tested by the unit tests of dist',
  'archive-encrypted': 'no Python writes one: tested by the unit tests of dist',
  'archive-limit': 'takes an archive of gigabytes: tested by the unit tests of dist',
};

/** How the index says what check calls otherwise: it looks in another order, or with other words. */
export const SAID_OTHERWISE: Readonly<Partial<Record<FindingCode, readonly string[]>>> = {
  'filename-invalid': ['wheel-file-missing', 'filename-invalid'],
  'archive-member-type': ['archive-damaged'],
  'metadata-required-field': ['version-invalid'],
  'classifier-newer': ['classifier-unknown'],
  'archive-duplicate': ['archive-duplicate', 'archive-ambiguous'],
  'project-url': ['project-url', 'web-address'],
  'sdist-top-level': ['sdist-top-level', 'metadata-missing'],
};
