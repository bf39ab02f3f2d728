// SPDX-License-Identifier: Apache-2.0
import type { Project, Release, StoredFile } from './catalog.ts';

/** Where a file is served: below its own digest, so that a URL never changes what it stands for. */
export function filePath({ digests: { blake2_256 }, filename }: StoredFile): string {
  const folders = [blake2_256.slice(0, 2), blake2_256.slice(2, 4), blake2_256.slice(4)];
  return `/packages/${folders.join('/')}/${encodeURIComponent(filename)}`;
}

/** Where a file's provenance object is served, or nothing. */
export function provenancePath(project: Project, release: Release, file: StoredFile): string | undefined {
  if (!file.provenance) return undefined;
  const parts = [project.normalizedName, release.version, file.filename].map(encodeURIComponent);
  return `/integrity/${parts.join('/')}/provenance`;
}
