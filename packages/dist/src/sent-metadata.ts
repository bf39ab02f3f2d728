// SPDX-License-Identifier: Apache-2.0
import type { RawMetadata } from './core-metadata.ts';
import type { MetadataField } from './metadata-fields.ts';

/** What old setuptools writes for a field that nobody filled in; PyPI deletes it too. */
const UNKNOWN = 'UNKNOWN';

/** Whether a value goes into the upload form. An empty Import-Name is a statement (nothing to import, PEP 794); any other empty field says nothing. */
export function isSent(field: MetadataField, value: string): boolean {
  return value.trim() === '' ? field === 'import-name' : value.trim() !== UNKNOWN;
}

/** The metadata as PyPI gets to see it: without the values that are not sent. */
export function sentMetadata({ fields, unknown }: RawMetadata): RawMetadata {
  const sent = Object.entries(fields).map(([field, values]) => [
    field,
    values.filter((value) => isSent(field as MetadataField, value)),
  ]);
  return { fields: Object.fromEntries(sent.filter(([, values]) => values?.length !== 0)), unknown };
}
