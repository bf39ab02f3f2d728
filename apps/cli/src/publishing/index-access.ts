// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import { fileOnIndex, IndexError, type PackageIndex, type ProjectFile } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import type { ReleaseFile } from '../release/release-file.ts';

/** The read side of an index; a custom one has none unless --check-url says it. @throws CliError ERR_USAGE */
export function readSide(index: PackageIndex): string {
  if (index.simpleUrl !== undefined) return index.simpleUrl;
  throw usageError(`--check-url: the Simple root of ${index.name} is needed, to read back what was uploaded`);
}

/** Whether an index's pages do not say what it has: they are HTML only, or not for us. */
export function cannotTell(error: unknown): boolean {
  return (
    error instanceof IndexError && (error.code === 'ERR_INDEX_HTML' || error.code === 'ERR_INDEX_FORBIDDEN')
  );
}

/** How a file stands on the index before it is uploaded. */
export async function standing(
  file: ReleaseFile,
  index: PackageIndex,
  reach: { readonly http: HttpClient; readonly signal: AbortSignal },
): Promise<ProjectFile | undefined> {
  const { filename, dist } = file;
  const listed = await fileOnIndex({ simpleUrl: readSide(index), project: dist.name, filename, ...reach });
  return sameAsListed(file, listed, index);
}

/**
 * What an index lists under a file's name, if it is this very file.
 * @throws CliError ERR_FILE_DIFFERS, also where the index does not say which bytes it has
 */
export function sameAsListed(
  file: ReleaseFile,
  listed: ProjectFile | undefined,
  index: PackageIndex,
): ProjectFile | undefined {
  if (listed === undefined || listed.sha256 === file.digests.sha256) return listed;
  const what = listed.sha256 === undefined ? 'bytes of unknown SHA-256' : 'other bytes';
  throw new CliError('ERR_FILE_DIFFERS', `${index.name} has ${what} under the name ${file.filename}`, {
    details: {
      index: index.name,
      file: file.filename,
      local: file.digests.sha256,
      listed: listed.sha256 ?? 'none',
    },
  });
}
