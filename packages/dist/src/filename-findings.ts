// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import type { DistFilename, SdistFilename, WheelFilename } from './dist-filename.ts';
import { error, warning, type Finding } from './finding.ts';
import { isPublicPlatformTag } from './platform-tag.ts';
import { isLocalVersion } from './version.ts';

const MAX_NAME_BYTES = 255 - '.metadata'.length;

/** What PyPI minds in a file name that parses. */
export function filenameFindings(dist: DistFilename): Finding[] {
  const findings = dist.kind === 'wheel' ? wheelFindings(dist) : sdistFindings(dist);
  if (isLocalVersion(dist.version))
    findings.push(
      error(
        'local-version',
        `version ${quote(dist.version)} is a local version, which public indexes refuse`,
      ),
    );
  return findings;
}

function sdistFindings(dist: SdistFilename): Finding[] {
  const wanted = `${fileNamePart(dist)}-${dist.version}.tar.gz`;
  if (dist.filename === wanted) return [];
  return [error('sdist-filename', `PyPI takes this sdist under the name ${quote(wanted)} only (PEP 625)`)];
}

function wheelFindings(dist: WheelFilename): Finding[] {
  const findings: Finding[] = [];
  const wanted = fileNamePart(dist);
  if (dist.rawName !== wanted)
    findings.push(
      error(
        'wheel-filename',
        `the name part ${quote(dist.rawName)} must be the normal form ${quote(wanted)}`,
      ),
    );
  if (dist.rawVersion !== dist.version)
    findings.push(
      warning(
        'wheel-version-form',
        `the version part ${quote(dist.rawVersion)} is not in the normal form ${quote(dist.version)}: some installers will not match it`,
      ),
    );
  return [...findings, ...platformFindings(dist), ...lengthFindings(dist)];
}

function platformFindings({ tags }: WheelFilename): Finding[] {
  const platforms = new Set(Array.from(tags, (tag) => tag.slice(tag.lastIndexOf('-') + 1)));
  return [...platforms]
    .filter((platform) => !isPublicPlatformTag(platform))
    .map((platform) =>
      error('platform-tag', `platform tag ${quote(platform)} is not accepted: ${platformReason(platform)}`),
    );
}

function platformReason(platform: string): string {
  if (platform.startsWith('linux_'))
    return 'it says nothing of the C library, as manylinux and musllinux tags do';
  if (platform.startsWith('macosx_'))
    return 'PyPI takes macosx_10_X, and from 11 on X_0 of the versions that it knows';
  return 'PyPI does not know it';
}

// PyPI stores the metadata beside the wheel as NAME.metadata, and no file system takes more than 255 bytes.
function lengthFindings({ filename }: WheelFilename): Finding[] {
  const length = Buffer.byteLength(filename);
  if (length <= MAX_NAME_BYTES) return [];
  return [error('filename-too-long', `the file name has ${length} bytes; ${MAX_NAME_BYTES} are the most`)];
}

// Runs of -, _ and . become one _ in file names, so that the dashes between the parts can be told.
function fileNamePart({ name }: DistFilename): string {
  return name.replaceAll('-', '_');
}
