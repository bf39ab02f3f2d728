// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import { fetchProject, IndexError, type PackageIndex, type ProjectFile } from '@colophon/pypi';
import { readSide, sameAsListed } from '../publishing/index-access.ts';
import type { ReleaseFile } from './release-file.ts';

/** What an index lists of a project, by filename; empty for a project that it does not know. */
export type Listing = ReadonlyMap<string, ProjectFile>;

export interface ListingSource {
  readonly index: PackageIndex;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/** Asks an index anew for a project's page: one request, however many files are looked for. @throws IndexError, HttpError */
export async function fetchListing(project: string, source: ListingSource): Promise<Listing> {
  const { index, http, signal } = source;
  try {
    const { files } = await fetchProject({ simpleUrl: readSide(index), project, http, signal });
    return new Map(files.map((file) => [file.filename, file]));
  } catch (error) {
    if (error instanceof IndexError && error.code === 'ERR_PROJECT_NOT_FOUND') return new Map();
    throw error;
  }
}

/**
 * What is listed under a file's name, if it is this very file.
 * @throws CliError ERR_FILE_DIFFERS where other bytes stand there
 */
export function listedSame(
  file: ReleaseFile,
  listing: Listing,
  { index }: ListingSource,
): ProjectFile | undefined {
  return sameAsListed(file, listing.get(file.filename), index);
}
