// SPDX-License-Identifier: Apache-2.0
import { IndexError } from './index-error.ts';
import { parseIndexUrl } from './index-url.ts';

/** A package index to publish to. URLs are absolute, normalised and without userinfo. */
export interface PackageIndex {
  /** `pypi`, `testpypi`, or host, port and path of another index: one host may have several. Never the same for two of them. */
  readonly name: string;
  readonly uploadUrl: string;
  /** The Simple API's root, with a slash at its end; absent where a custom index was given without one. */
  readonly simpleUrl?: string;
  /** The audience that this index is known to ask for, where it is known. */
  readonly audience?: string;
}

const PYPI: PackageIndex = {
  name: 'pypi',
  uploadUrl: 'https://upload.pypi.org/legacy/',
  simpleUrl: 'https://pypi.org/simple/',
  audience: 'pypi',
};

const TEST_PYPI: PackageIndex = {
  name: 'testpypi',
  uploadUrl: 'https://test.pypi.org/legacy/',
  simpleUrl: 'https://test.pypi.org/simple/',
  audience: 'testpypi',
};

const KNOWN: readonly PackageIndex[] = [PYPI, TEST_PYPI];
const KNOWN_HOSTS = /^(?:.+\.)?(?:pypi\.org|pypi\.python\.org|testpypi\.python\.org)$/;

/**
 * The index of a name (`pypi`, `testpypi`: always the real hosts) or of an upload URL. `simpleUrl` is the read side of
 * a custom index; the known ones have their own.
 * @throws IndexError ERR_INDEX_URL
 */
export function resolveIndex(nameOrUploadUrl: string, options: { simpleUrl?: string } = {}): PackageIndex {
  const known =
    KNOWN.find(({ name }) => name === nameOrUploadUrl) ?? knownByUrl(parseIndexUrl(nameOrUploadUrl));
  if (known !== undefined) return knownIndex(known, options.simpleUrl);
  const url = parseIndexUrl(nameOrUploadUrl);
  const simpleUrl = options.simpleUrl === undefined ? {} : { simpleUrl: resolveSimpleUrl(options.simpleUrl) };
  return { name: `${url.host}${url.pathname}`, uploadUrl: url.href, ...simpleUrl };
}

/**
 * The root of a Simple API, with a slash at its end, for a name (`pypi`, `testpypi`) or a URL.
 * @throws IndexError ERR_INDEX_URL
 */
export function resolveSimpleUrl(nameOrRoot: string): string {
  const known = KNOWN.find(({ name }) => name === nameOrRoot);
  if (known?.simpleUrl !== undefined) return known.simpleUrl;
  const { href } = parseIndexUrl(nameOrRoot);
  return href.endsWith('/') ? href : `${href}/`;
}

// PyPI has one upload URL. Its others, such as the Simple root, are what people paste by mistake.
function knownByUrl(url: URL): PackageIndex | undefined {
  const known = KNOWN.find(({ uploadUrl }) => url.href === uploadUrl || `${url.href}/` === uploadUrl);
  if (known !== undefined || !KNOWN_HOSTS.test(url.hostname)) return known;
  throw new IndexError(
    'ERR_INDEX_URL',
    `${url.origin}${url.pathname} is not an upload URL of PyPI or TestPyPI: use their names, pypi or testpypi`,
  );
}

function knownIndex(known: PackageIndex, simpleUrl: string | undefined): PackageIndex {
  if (simpleUrl === undefined || resolveSimpleUrl(simpleUrl) === known.simpleUrl) return known;
  throw new IndexError('ERR_INDEX_URL', `the read side of ${known.name} is ${known.simpleUrl} and no other`);
}
