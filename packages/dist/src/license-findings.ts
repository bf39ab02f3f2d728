// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { error, type Finding } from './finding.ts';
import { isFieldKnownIn } from './metadata-fields.ts';
import { licenseExpressionFlaw } from './rules/license-expression.ts';

/** What PyPI minds in License, License-Expression and the paths of License-File (PEP 639). */
export function licenseFindings(metadata: RawMetadata): Finding[] {
  const expression = fieldValue(metadata, 'license-expression');
  const flaw = expression === undefined ? undefined : licenseExpressionFlaw(expression);
  const findings = [
    ...(flaw === undefined
      ? []
      : [error('license-expression', `license expression ${quote(expression ?? '')}: ${flaw}`)]),
    ...pathFindings(metadata),
  ];
  if (expression !== undefined && fieldValue(metadata, 'license') !== undefined)
    findings.push(error('license-conflict', 'License and License-Expression exclude each other'));
  return findings;
}

// Below 2.4 the field is not uploaded, so that nobody looks at it.
function pathFindings(metadata: RawMetadata): Finding[] {
  if (!isFieldKnownIn(fieldValue(metadata, 'metadata-version') ?? '', '2.4')) return [];
  return (metadata.fields['license-file'] ?? []).flatMap((path) => {
    const flaw = licensePathFlaw(path);
    return flaw === undefined ? [] : [error('license-file-path', `license file ${quote(path)}: ${flaw}`)];
  });
}

/** What is wrong with the path of a License-File, if anything is. */
export function licensePathFlaw(path: string): string | undefined {
  if (path.includes('..')) return 'the path leads upwards';
  if (path.includes('*')) return 'the path has a wildcard';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'the path is absolute';
  if (path.includes('\\')) return 'the path has a backslash';
  return path !== path.replaceAll(/\/{2,}|\/\.(?=\/|$)/g, '/').replace(/^\.\/|(?<=.)\/$/g, '')
    ? 'the path is not in its shortest form'
    : undefined;
}
