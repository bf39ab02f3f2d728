// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import type { ArchiveContents } from './archive-problem.ts';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { distInfo, distStem } from './dist-archive.ts';
import type { DistFilename } from './dist-filename.ts';
import { error, type Finding } from './finding.ts';
import { licensePathFlaw } from './license-findings.ts';
import type { MemberScan } from './member-scan.ts';
import { isFieldKnownIn } from './metadata-fields.ts';
import { wheelFindings } from './wheel-findings.ts';

/** What PyPI minds in the frame and the members of a readable archive. */
export function contentFindings(contents: ArchiveContents, dist: DistFilename, scan: MemberScan): Finding[] {
  const framing = contents.notes.map(({ code, message }) => error(code, message));
  const members =
    dist.kind === 'wheel' ? wheelFindings(contents, dist, scan.digests) : folderFindings(contents.names);
  return [...framing, ...scan.findings, ...members];
}

// PyPI looks for PKG-INFO in the deepest folder that everything lies in, so that a lone PKG-INFO is not found either.
function folderFindings(names: ReadonlySet<string>): Finding[] {
  let common: string[] | undefined;
  for (const name of names) {
    const parts = name.replace(/\/$/, '').split('/');
    const shared = common?.findIndex((part, at) => parts[at] !== part) ?? -1;
    common = shared < 0 ? (common ?? parts) : common?.slice(0, shared);
    if (common && common.length <= 1) return [];
  }
  if (common === undefined) return [];
  const shown = quote(common.join('/'));
  return [error('sdist-top-level', `everything in it lies in ${shown}, where PyPI then looks for PKG-INFO`)];
}

/** License files that the metadata names and the archive does not hold (PEP 639). */
export function licenseFileFindings(
  metadata: RawMetadata,
  { names }: ArchiveContents,
  dist: DistFilename,
): Finding[] {
  const files = metadata.fields['license-file'] ?? [];
  if (!isFieldKnownIn(fieldValue(metadata, 'metadata-version') ?? '', '2.4')) return [];
  const folder = dist.kind === 'wheel' ? `${distInfo(dist)}/licenses` : distStem(dist);
  // A path that is refused as such is not looked for.
  return files
    .filter((file) => licensePathFlaw(file) === undefined)
    .map((file) => `${folder}/${file}`)
    .filter((path) => !names.has(path))
    .map((path) => error('license-file-missing', `there is no ${quote(path)}, which License-File names`));
}
