// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { quote } from '@colophon/base';
import { archiveError, type ArchiveContents } from './archive-problem.ts';
import { parseCoreMetadata, type CoreMetadata } from './core-metadata.ts';
import { DistError } from './dist-error.ts';
import { parseDistFilename, type DistFilename } from './dist-filename.ts';
import { withRegularFile, type RegularFile } from './regular-file.ts';
import { polyglotNotes } from './polyglot.ts';
import type { ArchiveQuery } from './zip-archive.ts';

/** The member that holds the core metadata. Its place goes by the spelling of the file name, as PyPI looks for it. */
export function metadataPath(dist: DistFilename): string {
  return dist.kind === 'wheel' ? `${distInfo(dist)}/METADATA` : `${distStem(dist)}/PKG-INFO`;
}

/** `NAME-VERSION.dist-info` of a wheel. */
export function distInfo(dist: DistFilename): string {
  return `${distStem(dist)}.dist-info`;
}

/** `NAME-VERSION` as the file name spells it: the top directory of an sdist. */
export function distStem({ rawName, rawVersion }: DistFilename): string {
  return `${rawName}-${rawVersion}`;
}

/**
 * Reads the core metadata of a wheel or sdist. The archive counts as hostile: only its directory and that one member
 * are read, within fixed bounds.
 * @throws DistError ERR_DIST_FILENAME, ERR_DIST_READ, ERR_DIST_ARCHIVE, ERR_DIST_MISSING_METADATA, ERR_DIST_METADATA
 */
export async function readCoreMetadata(path: string): Promise<CoreMetadata> {
  const dist = parseDistFilename(basename(path));
  const member = metadataPath(dist);
  const { members } = await readDistArchive(path, dist, { wanted: [member], thorough: false });
  const bytes = members.get(member);
  if (!bytes) throw new DistError('ERR_DIST_MISSING_METADATA', `${path}: there is no ${quote(member)} in it`);
  try {
    return parseCoreMetadata(bytes);
  } catch (cause) {
    if (!(cause instanceof DistError)) throw cause;
    throw new DistError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}

/** Reads the archive of a distribution. @throws DistError ERR_DIST_READ, ERR_DIST_ARCHIVE */
export async function readDistArchive(
  path: string,
  dist: DistFilename,
  query: ArchiveQuery,
): Promise<ArchiveContents> {
  return withRegularFile(path, async (file) => {
    const contents = await readByFormat(file, dist, query);
    if (dist.kind === 'sdist') assertOneTopDirectory(path, contents.names);
    return contents;
  });
}

// The readers are loaded with the first archive: whoever needs only names or digests does not wait for them.
async function readByFormat(file: RegularFile, dist: DistFilename, query: ArchiveQuery) {
  if (dist.kind === 'wheel' || dist.extension === '.zip') {
    const { readZip } = await import('./zip-archive.ts');
    return readZip(file, query);
  }
  const { readTarGz } = await import('./tar-archive.ts');
  const contents = await readTarGz(file, query);
  return query.thorough ? { ...contents, notes: await polyglotNotes(file) } : contents;
}

function assertOneTopDirectory(path: string, names: ReadonlySet<string>): void {
  const top = new Set(Array.from(names, (name) => name.split('/', 1)[0] ?? name));
  if (top.size !== 1)
    throw archiveError(
      'sdist-top-level',
      `${path}: ${top.size} entries at the top; an sdist has one directory`,
    );
}
