// SPDX-License-Identifier: Apache-2.0
import { contentTypeFlaw } from './content-type.ts';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { quote } from './dist-error.ts';
import { error, warning, type Finding } from './finding.ts';
import { isFieldKnownIn, isMetadataField, metadataFields } from './metadata-fields.ts';

const MAX_SUMMARY = 512;
const MAX_LABEL = 32;
const NEVER_DYNAMIC = new Set(['name', 'version', 'metadata-version']);

/** What PyPI minds in the fields beyond name and version. */
export function fieldFindings(metadata: RawMetadata): Finding[] {
  return [
    ...ageFindings(metadata),
    ...summaryFindings(metadata),
    ...contentTypeFindings(metadata),
    ...licenseFindings(metadata),
    ...(metadata.fields['project-url'] ?? []).flatMap(projectUrlFindings),
    ...(metadata.fields.dynamic ?? []).flatMap(dynamicFindings),
    ...metadata.unknown.map((header) =>
      warning(
        'metadata-unknown-field',
        `field ${quote(header)} is not core metadata and is not uploaded: remove it`,
      ),
    ),
  ];
}

function ageFindings(metadata: RawMetadata): Finding[] {
  const declared = fieldValue(metadata, 'metadata-version') ?? '';
  return metadataFields().flatMap(([field, { since }]) => {
    if (!metadata.fields[field] || isFieldKnownIn(declared, since)) return [];
    const what = `field ${field} came with metadata ${since}, the file declares ${quote(declared)}`;
    return field === 'license-file'
      ? [
          warning(
            'metadata-license-file',
            `${what}: it is not uploaded; build with a current backend to keep it`,
          ),
        ]
      : [error('metadata-field-too-new', `${what}: build with a current backend`)];
  });
}

function summaryFindings(metadata: RawMetadata): Finding[] {
  const summary = fieldValue(metadata, 'summary') ?? '';
  const findings: Finding[] = [];
  if (/[\r\n]/.test(summary))
    findings.push(error('summary-lines', 'the summary has several lines: shorten the description to one'));
  if (Array.from(summary).length > MAX_SUMMARY)
    findings.push(
      error('summary-length', `the summary is longer than ${MAX_SUMMARY} characters: shorten it`),
    );
  return findings;
}

function contentTypeFindings(metadata: RawMetadata): Finding[] {
  const value = fieldValue(metadata, 'description-content-type');
  const flaw =
    value === undefined || value === '' || value === 'UNKNOWN' ? undefined : contentTypeFlaw(value);
  return flaw === undefined
    ? []
    : [error('description-content-type', `description content type ${quote(value ?? '')}: ${flaw}`)];
}

function licenseFindings(metadata: RawMetadata): Finding[] {
  const findings = (metadata.fields['license-file'] ?? []).flatMap((path) => {
    const flaw = licensePathFlaw(path);
    return flaw === undefined ? [] : [error('license-file-path', `license file ${quote(path)}: ${flaw}`)];
  });
  if (fieldValue(metadata, 'license-expression') && fieldValue(metadata, 'license'))
    findings.push(
      error('license-conflict', 'License and License-Expression exclude each other: keep the expression'),
    );
  return findings;
}

function licensePathFlaw(path: string): string | undefined {
  if (path.includes('..')) return 'the path must not lead upwards';
  if (path.includes('*')) return 'the path must be resolved, without wildcards';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'the path must be relative';
  if (path.includes('\\')) return 'the path must use / between its parts';
  return undefined;
}

function projectUrlFindings(value: string): Finding[] {
  const comma = value.indexOf(',');
  const label = (comma === -1 ? value : value.slice(0, comma)).trim();
  const url = comma === -1 ? '' : value.slice(comma + 1).trim();
  const at = `project URL ${quote(value)}`;
  if (label === '') return [error('project-url', `${at} has no label: write "Label, URL"`)];
  if (url === '') return [error('project-url', `${at} has no URL: write "Label, URL"`)];
  if (Array.from(label).length > MAX_LABEL)
    return [error('project-url', `${at} has a label of more than ${MAX_LABEL} characters: shorten it`)];
  return [];
}

function dynamicFindings(value: string): Finding[] {
  const field = value.toLowerCase();
  if (isMetadataField(field) && !NEVER_DYNAMIC.has(field)) return [];
  return [error('dynamic-field', `${quote(value)} cannot be a dynamic field: remove it from Dynamic`)];
}
