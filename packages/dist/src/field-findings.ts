// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { addressFindings } from './address-findings.ts';
import { classifierFindings } from './classifier-findings.ts';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { dependencyFindings } from './dependency-findings.ts';
import { error, warning, type Finding } from './finding.ts';
import { licenseFindings } from './license-findings.ts';
import { isFieldKnownIn, isMetadataField, metadataFields } from './metadata-fields.ts';
import { contentTypeFlaw } from './rules/content-type.ts';
import { importNameFlaw } from './rules/import-name.ts';

const MAX_SUMMARY = 512;
const NEVER_DYNAMIC = new Set(['name', 'version', 'metadata-version']);
// Every line boundary of Python's str.splitlines that packaging minds.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const LINE_BREAK = /[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/;

/** What PyPI minds in the fields beyond name and version (core metadata, PEP 639, 643, 685, 794). */
export function fieldFindings(metadata: RawMetadata): Finding[] {
  return [
    ...ageFindings(metadata),
    ...addressFindings(metadata),
    ...classifierFindings(metadata),
    ...contentTypeFindings(metadata),
    ...(metadata.fields.dynamic ?? []).flatMap(dynamicFindings),
    ...importNameFindings(metadata),
    ...licenseFindings(metadata),
    ...dependencyFindings(metadata),
    ...summaryFindings(metadata),
    ...metadata.unknown.map((header) =>
      warning('metadata-unknown-field', `field ${quote(header)} is not core metadata and is not uploaded`),
    ),
  ];
}

function ageFindings(metadata: RawMetadata): Finding[] {
  const declared = fieldValue(metadata, 'metadata-version') ?? '';
  return metadataFields().flatMap(([field, { since }]) => {
    if (!metadata.fields[field] || isFieldKnownIn(declared, since)) return [];
    const what = `field ${field} came with metadata ${since}, the file declares ${quote(declared)}`;
    return field === 'license-file'
      ? [warning('metadata-license-file', `${what}: it is not uploaded`)]
      : [error('metadata-field-too-new', what)];
  });
}

function summaryFindings(metadata: RawMetadata): Finding[] {
  const summary = fieldValue(metadata, 'summary') ?? '';
  const findings: Finding[] = [];
  if (LINE_BREAK.test(summary)) findings.push(error('summary-lines', 'the summary has several lines'));
  const length = Array.from(summary).length;
  if (length > MAX_SUMMARY)
    findings.push(
      error('summary-length', `the summary has ${length} characters; ${MAX_SUMMARY} are allowed`),
    );
  return findings;
}

function contentTypeFindings(metadata: RawMetadata): Finding[] {
  const value = fieldValue(metadata, 'description-content-type');
  const flaw = value === undefined ? undefined : contentTypeFlaw(value);
  return flaw === undefined
    ? []
    : [error('description-content-type', `description content type ${quote(value ?? '')}: ${flaw}`)];
}

function dynamicFindings(value: string): Finding[] {
  const field = value.toLowerCase();
  if (isMetadataField(field) && !NEVER_DYNAMIC.has(field)) return [];
  return [error('dynamic-field', `${quote(value)} cannot be a dynamic field`)];
}

function importNameFindings({ fields }: RawMetadata): Finding[] {
  return (['import-name', 'import-namespace'] as const).flatMap((field) => {
    const values = fields[field] ?? [];
    // Alone and empty it says that there is nothing to import.
    if (field === 'import-name' && values.length === 1 && values[0] === '') return [];
    return values.flatMap((value) => {
      const flaw = importNameFlaw(value);
      return flaw === undefined ? [] : [error('import-name', `${field} ${quote(value)}: ${flaw}`)];
    });
  });
}
