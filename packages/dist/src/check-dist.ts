// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { quote } from '@colophon/base';
import type { ArchiveContents, FatalProblem } from './archive-problem.ts';
import { contentFindings, licenseFileFindings } from './content-findings.ts';
import { readRawMetadata, type RawMetadata } from './core-metadata.ts';
import { descriptionFindings, type RstRenderer } from './description-findings.ts';
import { distInfo, metadataPath, readDistArchive } from './dist-archive.ts';
import { DistError } from './dist-error.ts';
import { parseDistFilename, type DistFilename } from './dist-filename.ts';
import { fieldFindings } from './field-findings.ts';
import { filenameFindings } from './filename-findings.ts';
import { error, inOrder, warning, type Finding } from './finding.ts';
import { identityFindings } from './identity-findings.ts';
import { MemberScan } from './member-scan.ts';
import { fileSize } from './regular-file.ts';
import { sentMetadata } from './sent-metadata.ts';

export interface CheckOptions {
  /** Who renders reStructuredText; without one such a description is said to be not judged. */
  readonly renderRst?: RstRenderer;
}

/** PyPI's limit for a file, in bytes, where a project has no other. */
const USUAL_FILE_LIMIT = 100 * 1024 * 1024;

const NO_RENDERER: RstRenderer = async () => ({ kind: 'unjudged', reason: 'there is no renderer' });

/**
 * Says before an upload what PyPI would refuse, in its order: core metadata, description, file name, size, archive and
 * members, and whether they agree. Needs no network, and so knows nothing of the project on the index.
 * @throws DistError ERR_DIST_READ when the file cannot be read; every other flaw is a finding
 */
export async function checkDist(
  path: string,
  { renderRst = NO_RENDERER }: CheckOptions = {},
): Promise<Finding[]> {
  const dist = attempt('filename-invalid', () => parseDistFilename(basename(path)));
  if (Array.isArray(dist)) return dist;
  // Lists are joined, never spread into a call: a hostile file has more findings than a call has room for.
  let findings = [...filenameFindings(dist), ...sizeFindings(await fileSize(path))];
  const scan = new MemberScan(dist.kind === 'wheel');
  try {
    const query = { wanted: wantedMembers(dist), thorough: true, visit: scan.visit };
    const contents = await readDistArchive(path, dist, query);
    findings = findings.concat(contentFindings(contents, dist, scan));
    findings = findings.concat(await metadataFindings(contents, dist, renderRst));
  } catch (cause) {
    if (!(cause instanceof DistError) || cause.code === 'ERR_DIST_READ') throw cause;
    findings.push(archiveFinding(cause));
  }
  return inOrder(findings);
}

function wantedMembers(dist: DistFilename): string[] {
  const members = [metadataPath(dist)];
  if (dist.kind === 'wheel')
    members.push(...['WHEEL', 'RECORD', 'entry_points.txt'].map((name) => `${distInfo(dist)}/${name}`));
  return members;
}

function sizeFindings(size: number): Finding[] {
  if (size <= USUAL_FILE_LIMIT) return [];
  const mib = Math.ceil(size / 1024 / 1024);
  return [
    warning(
      'file-size',
      `the file has ${mib} MiB; PyPI takes 100 MiB, unless the project has a higher limit`,
    ),
  ];
}

async function metadataFindings(
  contents: ArchiveContents,
  dist: DistFilename,
  renderRst: RstRenderer,
): Promise<Finding[]> {
  const place = metadataPath(dist);
  const bytes = contents.members.get(place);
  if (!bytes) return [error('metadata-missing', `there is no ${quote(place)}, spelled as the file name is`)];
  const metadata = attempt('metadata-unreadable', () => readRawMetadata(bytes));
  if (Array.isArray(metadata)) return metadata;
  return judgeMetadata(sentMetadata(metadata), { contents, dist, renderRst });
}

interface MetadataCase {
  readonly contents: ArchiveContents;
  readonly dist: DistFilename;
  readonly renderRst: RstRenderer;
}

async function judgeMetadata(
  metadata: RawMetadata,
  { contents, dist, renderRst }: MetadataCase,
): Promise<Finding[]> {
  return [
    ...identityFindings(metadata, dist),
    ...fieldFindings(metadata),
    ...licenseFileFindings(metadata, contents, dist),
    ...(await descriptionFindings(metadata, renderRst)),
  ];
}

function archiveFinding(cause: DistError): Finding {
  const problem = cause.details.problem;
  return error(typeof problem === 'string' ? (problem as FatalProblem) : 'archive-damaged', cause.message);
}

function attempt<T>(code: 'filename-invalid' | 'metadata-unreadable', parse: () => T): T | Finding[] {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof DistError)) throw cause;
    return [error(code, cause.message)];
  }
}
