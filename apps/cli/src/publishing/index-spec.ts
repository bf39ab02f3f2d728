// SPDX-License-Identifier: Apache-2.0
import { parseDistFilename, parseVersion, type DistFilename } from '@colophon/dist';
import { isAppError } from '@colophon/base';
import { displayUrl } from '@colophon/http';
import { usageError } from '../cli-error.ts';

/** A release on an index: every wheel and sdist of one version. */
export interface ReleaseSpec {
  readonly kind: 'release';
  readonly shown: string;
  readonly project: string;
  readonly version: string;
}

/** One file on an index, by its name, and by its URL where that was given. */
export interface ServedFileSpec {
  readonly kind: 'file';
  readonly shown: string;
  readonly dist: DistFilename;
  readonly url?: URL;
}

/** A path on this machine. */
export interface LocalSpec {
  readonly kind: 'local';
  readonly shown: string;
}

export type IndexSpec = ReleaseSpec | ServedFileSpec | LocalSpec;

const RELEASE = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*==\s*(\S+)$/;

/**
 * Tells by its shape what a word names: `NAME==VERSION`, `pypi:FILENAME`, the URL of a file, else a path.
 * @throws CliError ERR_USAGE; DistError ERR_DIST_FILENAME
 */
export function parseIndexSpec(text: string): IndexSpec {
  const [, project, version] = RELEASE.exec(text) ?? [];
  if (project !== undefined && version !== undefined)
    return { kind: 'release', shown: text, project, version: readVersion(text, version) };
  if (text.startsWith('pypi:'))
    return { kind: 'file', shown: text, dist: parseDistFilename(text.slice('pypi:'.length)) };
  if (/^https?:\/\//i.test(text)) return parseFileUrl(text);
  return { kind: 'local', shown: text };
}

function readVersion(text: string, version: string): string {
  try {
    return parseVersion(version);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw usageError(`${text}: ${version} is not a version by PEP 440; ranges and wildcards are not taken`);
  }
}

function parseFileUrl(text: string): ServedFileSpec {
  const url = URL.parse(text);
  const last = url?.pathname.split('/').at(-1) ?? '';
  if (url === null || url.username !== '' || url.password !== '' || last === '')
    throw usageError(
      `${url === null ? text : displayUrl(url)}: expected the URL of a file on the index’s file host`,
    );
  return { kind: 'file', shown: text, dist: parseDistFilename(decodeName(last)), url };
}

function decodeName(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoding: then it is not the name of a distribution either, and its parser says so.
    return segment;
  }
}
