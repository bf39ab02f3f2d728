// SPDX-License-Identifier: Apache-2.0
import type { CoreMetadata } from './core-metadata.ts';
import type { DistFilename } from './dist-filename.ts';
import { isFieldKnownIn, metadataFields } from './metadata-fields.ts';
import { isSent } from './sent-metadata.ts';

/**
 * The fields of the upload form that describe a distribution: its metadata (a list field once per value), then
 * `filetype` and `pyversion`. The protocol's `:action`, the digests, the content and the attestations are the uploader's.
 * Left out: empty and UNKNOWN values, headers that core metadata does not know, and License-File below metadata 2.4,
 * where setuptools wrote it before it existed and PyPI refuses it.
 */
export function uploadFields(metadata: CoreMetadata, file: DistFilename): [name: string, value: string][] {
  const form: [string, string][] = [];
  for (const [field, rule] of metadataFields()) {
    if (field === 'license-file' && !isFieldKnownIn(metadata.metadataVersion, rule.since)) continue;
    for (const value of metadata.fields[field] ?? []) if (isSent(field, value)) form.push([rule.form, value]);
  }
  form.push(['filetype', file.kind === 'wheel' ? 'bdist_wheel' : 'sdist']);
  form.push(['pyversion', file.kind === 'wheel' ? file.pythonTag : 'source']);
  return form;
}
