// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, repeatedFields, type RawMetadata } from './core-metadata.ts';
import type { DistFilename } from './dist-filename.ts';
import { error, type Finding } from './finding.ts';
import { METADATA_VERSIONS } from './metadata-fields.ts';
import { isProjectName, normalizeName } from './project-name.ts';
import { isLocalVersion, parseVersion, sameVersion } from './version.ts';

/** What PyPI minds in Metadata-Version, Name and Version, and where they part from the file name. */
export function identityFindings(metadata: RawMetadata, dist: DistFilename): Finding[] {
  return [
    ...repeatedFields(metadata).map((field) =>
      error('metadata-repeated-field', `field ${field} stands more than once`),
    ),
    ...required(metadata, 'metadata-version', metadataVersionFindings),
    ...required(metadata, 'name', (name) => nameFindings(name, dist)),
    ...required(metadata, 'version', (version) => versionFindings(version, dist)),
  ];
}

function required(
  metadata: RawMetadata,
  field: 'metadata-version' | 'name' | 'version',
  judge: (value: string) => Finding[],
): Finding[] {
  const value = fieldValue(metadata, field) ?? '';
  // Setuptools writes UNKNOWN when it found no name, and PyPI deletes the word before it looks.
  if (value !== '' && value !== 'UNKNOWN') return judge(value);
  return [error('metadata-required-field', `field ${field} is missing`)];
}

function metadataVersionFindings(value: string): Finding[] {
  if ((METADATA_VERSIONS as readonly string[]).includes(value)) return [];
  const newest = METADATA_VERSIONS.at(-1);
  return [
    error(
      'metadata-version',
      `metadata version ${quote(value)} is not accepted; ${newest} is the newest that is`,
    ),
  ];
}

function nameFindings(name: string, dist: DistFilename): Finding[] {
  if (!isProjectName(name))
    return [
      error(
        'name-invalid',
        `name ${quote(name)} is not ASCII letters, digits, '.', '_' and '-' with a letter or digit at both ends`,
      ),
    ];
  if (normalizeName(name) === dist.name) return [];
  return [error('name-mismatch', `the metadata says name ${quote(name)}, the file name ${quote(dist.name)}`)];
}

function versionFindings(version: string, dist: DistFilename): Finding[] {
  let canonical: string;
  try {
    canonical = parseVersion(version);
  } catch {
    return [error('version-invalid', `version ${quote(version)} is not a PEP 440 version`)];
  }
  if (!sameVersion(canonical, dist.version))
    return [
      error(
        'version-mismatch',
        `the metadata says version ${quote(version)}, the file name ${quote(dist.version)}`,
      ),
    ];
  // The file name's own finding covers the case in which both are local.
  if (!isLocalVersion(canonical) || isLocalVersion(dist.version)) return [];
  return [
    error('local-version', `version ${quote(version)} is a local version, which public indexes refuse`),
  ];
}
