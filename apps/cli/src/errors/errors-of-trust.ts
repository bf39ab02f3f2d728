// SPDX-License-Identifier: Apache-2.0
import type { TufErrorCode } from '@colophon/tuf';
import { row, type ErrorRow } from './error-row.ts';

/** Failures of TUF repositories and their caches: whom to trust could not be settled, so nothing was judged. */
export const ERRORS_OF_TRUST: Readonly<Record<TufErrorCode, ErrorRow>> = {
  ERR_TUF_URL: row(
    'usage',
    'The URL is not one of a TUF repository.',
    'give it with https:// and without a query; `github` is the only name',
  ),
  ERR_TUF_UNAVAILABLE: row.retry(
    'unavailable',
    'A TUF repository cannot be reached, and no cache of it is fresh.',
    'is there a network, and a proxy (HTTPS_PROXY)? Without one, --offline says how old the trust is that is here',
  ),
  ERR_TUF_MISSING: row.retry(
    'unavailable',
    'A TUF repository lacks a file that it must have.',
    'is the URL that of the repository, and not of a page about it?',
  ),
  ERR_TUF_METADATA: row(
    'undecided',
    'A file is not the TUF metadata that it should be, so nothing was judged.',
    'does a proxy or a login page answer instead of the repository?',
  ),
  ERR_TUF_SIGNATURE: row(
    'undecided',
    'TUF metadata is not signed by enough of the keys that may sign it.',
    'is this the repository that the root belongs to? If it is, do not use it, and tell its operators',
  ),
  ERR_TUF_ROLLBACK: row(
    'undecided',
    'A TUF repository serves something older than it did before.',
    'is a mirror behind? If not, somebody may be holding back what was revoked',
  ),
  ERR_TUF_EXPIRED: row(
    'undecided',
    'TUF metadata has expired: somebody holds newer metadata back, or nobody makes any.',
    'is this machine’s clock right?',
  ),
  ERR_TUF_MIXED: row('undecided', 'Files of a TUF repository are of different moments.'),
  ERR_TUF_HASH: row('undecided', 'A file of a TUF repository is not the one that its metadata describes.'),
  ERR_TUF_TOO_LARGE: row('undecided', 'A file of a TUF repository is larger than it can honestly be.'),
  ERR_TUF_ROOT_CHAIN: row('undecided', 'A TUF repository has more new roots than it can honestly have.'),
  ERR_TUF_PIN: row(
    'undecided',
    'The first root that a TUF repository serves is not the one that this program knows.',
    'is there a newer release of colophon? If not, do not use the repository',
  ),
  ERR_TUF_TARGET: row('undecided', 'A TUF repository has no trusted root.'),
  ERR_TUF_NO_CACHE: row(
    'undecided',
    'Nothing is cached of this instance, and without a network nothing can be had.',
    'run `colophon trust update` with the same instance where there is a network, or bring a --trusted-root',
  ),
  ERR_TUF_CACHE: row(
    'undecided',
    'The cache of a TUF repository is damaged, or does not begin at the root that is trusted.',
    '`colophon trust update` makes it anew',
  ),
  ERR_TUF_STORE: row(
    'malformed',
    'The cache of a TUF repository cannot be written.',
    'may this user write there? --cache-dir names another folder',
  ),
  ERR_TUF_AGE: row(
    'undecided',
    'The trust material is older than --max-trust-age, or does not say how old it is.',
    'run `colophon trust update` where there is a network, or allow more',
  ),
};
