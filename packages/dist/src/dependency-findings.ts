// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { error, type Finding } from './finding.ts';
import { isProjectName } from './project-name.ts';
import { readRequirement } from './rules/requirement.ts';
import { specifierFlaw } from './rules/specifier.ts';

const REQUIREMENT_FIELDS = ['requires-dist', 'provides-dist', 'obsoletes-dist'] as const;

/** What PyPI minds in requirements (PEP 508), extras (PEP 685) and the versions of Python (PEP 440). */
export function dependencyFindings(metadata: RawMetadata): Finding[] {
  return [
    ...REQUIREMENT_FIELDS.flatMap((field) =>
      (metadata.fields[field] ?? []).flatMap((value) => requirementFindings(field, value)),
    ),
    ...(metadata.fields['provides-extra'] ?? [])
      .filter((extra) => !isProjectName(extra))
      .map((extra) => error('extra-name', `${quote(extra)} cannot be the name of an extra`)),
    ...pythonFindings(fieldValue(metadata, 'requires-python') ?? ''),
  ];
}

function requirementFindings(field: string, value: string): Finding[] {
  const { direct, flaw } = readRequirement(value);
  const at = `${field} ${quote(value)}`;
  if (flaw !== undefined) return [error('requirement', `${at}: ${flaw}`)];
  return direct ? [error('direct-requirement', `${at} names a URL instead of versions`)] : [];
}

function pythonFindings(value: string): Finding[] {
  const flaw = specifierFlaw(value);
  return flaw === undefined
    ? []
    : [
        error(
          'requires-python',
          `requires-python ${quote(value)}: ${quote(flaw)} is not a version specifier`,
        ),
      ];
}
