// SPDX-License-Identifier: Apache-2.0
import type { ArchiveContents, FramingProblem } from './archive-problem.ts';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { distInfo, distStem } from './dist-archive.ts';
import { quote } from './dist-error.ts';
import type { DistFilename } from './dist-filename.ts';
import { entryPointsFlaw } from './entry-points.ts';
import { error, warning, type Finding } from './finding.ts';
import { isFieldKnownIn } from './metadata-fields.ts';
import { recordedPaths } from './wheel-record.ts';

const FRAMING_REMEDY: Readonly<Record<FramingProblem, string>> = {
  'zip-data-descriptor': 'pack it with a writer that seeks instead of streaming',
  'zip-comment': 'pack it without comments',
  'zip-hidden-data': 'pack it again from its files',
  'archive-polyglot': 'pack it again from its files',
};

/** What PyPI minds in the members of a sound archive. */
export function contentFindings(contents: ArchiveContents, dist: DistFilename): Finding[] {
  const framing = contents.notes.map(({ code, message }) =>
    error(code, `${message}: ${FRAMING_REMEDY[code]}`),
  );
  return dist.kind === 'wheel' ? [...framing, ...wheelFindings(contents, distInfo(dist))] : framing;
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
  return files
    .map((file) => `${folder}/${file}`)
    .filter((path) => !names.has(path))
    .map((path) =>
      error(
        'license-file-missing',
        `there is no ${quote(path)}, which License-File names: build with a current backend`,
      ),
    );
}

function wheelFindings({ names, members }: ArchiveContents, folder: string): Finding[] {
  const findings = ['WHEEL', 'RECORD']
    .map((member) => `${folder}/${member}`)
    .filter((path) => !names.has(path))
    .map((path) => error('wheel-file-missing', `there is no ${quote(path)}: build the wheel again`));
  const record = members.get(`${folder}/RECORD`);
  if (record) findings.push(...recordFindings(names, record, folder));
  const entryPoints = members.get(`${folder}/entry_points.txt`);
  const flaw = entryPoints && entryPointsFlaw(entryPoints);
  if (flaw !== undefined)
    findings.push(
      error('entry-points', `entry_points.txt: ${flaw}: correct it in the project's configuration`),
    );
  return findings;
}

// PyPI only writes a mail about it so far; installers of other makes already refuse such a wheel.
function recordFindings(names: ReadonlySet<string>, record: Uint8Array, folder: string): Finding[] {
  const recorded = recordedPaths(record);
  if (!recorded)
    return [warning('wheel-record', 'RECORD is not a CSV table in UTF-8: build the wheel again')];
  const signatures = new Set([`${folder}/RECORD.jws`, `${folder}/RECORD.p7s`]);
  const files = [...names].filter((name) => !name.endsWith('/') && !signatures.has(name));
  const missing = files.filter((name) => !recorded.has(name));
  const absent = [...recorded].filter((name) => !names.has(name) && !signatures.has(name));
  return [
    ...recordFinding(missing, 'does not list'),
    ...recordFinding(absent, 'lists, though the wheel does not hold it,'),
  ];
}

function recordFinding(paths: readonly string[], verb: string): Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return [
    warning(
      'wheel-record',
      `RECORD ${verb} ${quote(first)}${more}: build the wheel again instead of editing it`,
    ),
  ];
}
