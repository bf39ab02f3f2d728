// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { ArchiveContents } from './archive-problem.ts';
import { contentFindings, licenseFileFindings } from './content-findings.ts';
import { readRawMetadata } from './core-metadata.ts';
import { distInfo, metadataPath, readDistArchive } from './dist-archive.ts';
import { DistError, quote } from './dist-error.ts';
import { parseDistFilename, type DistFilename } from './dist-filename.ts';
import { fieldFindings } from './field-findings.ts';
import { filenameFindings } from './filename-findings.ts';
import { error, type Finding } from './finding.ts';
import { identityFindings } from './identity-findings.ts';

/**
 * Says before an upload what PyPI would refuse: file name, structure of the archive, core metadata and whether they
 * agree. Needs no network, and so knows nothing of the project on the index, and does not render the description.
 * @throws DistError ERR_DIST_READ when the file cannot be read; every other flaw is a finding
 */
export async function checkDist(path: string): Promise<Finding[]> {
  const dist = attempt('filename-invalid', () => parseDistFilename(basename(path)));
  if (Array.isArray(dist)) return dist;
  const findings = filenameFindings(dist);
  const wanted = wantedMembers(dist);
  try {
    const contents = await readDistArchive(path, dist, { wanted, thorough: true });
    return [...findings, ...contentFindings(contents, dist), ...metadataFindings(contents, dist)];
  } catch (cause) {
    if (!(cause instanceof DistError) || cause.code === 'ERR_DIST_READ') throw cause;
    return [...findings, archiveFinding(cause)];
  }
}

function wantedMembers(dist: DistFilename): string[] {
  const members = [metadataPath(dist)];
  if (dist.kind === 'wheel') members.push(`${distInfo(dist)}/RECORD`, `${distInfo(dist)}/entry_points.txt`);
  return members;
}

function metadataFindings(contents: ArchiveContents, dist: DistFilename): Finding[] {
  const place = metadataPath(dist);
  const bytes = contents.members.get(place);
  if (!bytes)
    return [
      error(
        'metadata-missing',
        `there is no ${quote(place)}: the folder must be spelled as the file name is; build again`,
      ),
    ];
  const metadata = attempt('metadata-unreadable', () => readRawMetadata(bytes));
  if (Array.isArray(metadata)) return metadata;
  return [
    ...identityFindings(metadata, dist),
    ...fieldFindings(metadata),
    ...licenseFileFindings(metadata, contents, dist),
  ];
}

function archiveFinding(cause: DistError): Finding {
  const problem = cause.details.problem;
  const code = typeof problem === 'string' ? problem : 'archive-damaged';
  return error(code, `${cause.message}: build or download it again`);
}

function attempt<T>(code: string, parse: () => T): T | Finding[] {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof DistError)) throw cause;
    return [error(code, `${cause.message}: build it again with a current backend`)];
  }
}
