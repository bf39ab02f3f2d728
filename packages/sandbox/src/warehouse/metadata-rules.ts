// SPDX-License-Identifier: Apache-2.0
import { METADATA_FIELDS } from './core-metadata-field.ts';
import { faultsOfFormat } from './metadata/format-rules.ts';
import { faultsOfIndex, type TakesClassifier } from './metadata/index-rules.ts';
import type { Fault, FormValues } from './metadata/metadata-fault.ts';
import { pythonQuoted } from './python-text.ts';
import { parsePythonVersion, type PythonVersion } from './python-version.ts';
import { Refusal } from './refusal.ts';
import type { UploadForm } from './upload-form.ts';

/** The metadata that the index works with; the rest is checked and let go. */
export interface ReleaseMetadata {
  readonly name: string;
  readonly version: PythonVersion;
  readonly summary: string;
  readonly requiresPython: string | undefined;
  readonly description: string | undefined;
  readonly descriptionContentType: string | undefined;
  readonly licenseFiles: readonly string[];
}

const FIRST = ['metadata-version', 'name', 'version'];
const CORE_METADATA = 'https://packaging.python.org/specifications/core-metadata';
const LOCAL_VERSIONS =
  'https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers';

/**
 * The checks of the metadata in the form (pypi.md §3, check 3): those of the format, then those of the index, and of each group
 * the first fault: metadata version, name, version, the others by the alphabet.
 * @throws Refusal 400
 */
export function readReleaseMetadata(
  form: UploadForm,
  takesClassifier: TakesClassifier = () => false,
): ReleaseMetadata {
  const values = new Map<string, readonly string[]>();
  for (const name of METADATA_FIELDS.keys()) {
    const sent = form.all(name);
    if (sent.length > 1 || (sent[0] ?? '') !== '') values.set(name, sent);
  }
  for (const faultsOf of [faultsOfForm, faultsOfFormat]) refuseFirst(faultsOf(values));
  refuseFirst(faultsOfIndex(values, takesClassifier));
  const first = (name: string) => values.get(name)?.[0];
  return {
    name: first('name') ?? '',
    version: parsePythonVersion(first('version')?.trim() ?? ''),
    summary: first('summary') ?? '',
    requiresPython: first('requires_python'),
    description: first('description'),
    descriptionContentType: first('description_content_type'),
    licenseFiles: values.get('license_file') ?? [],
  };
}

function refuseFirst(faults: readonly Fault[]): void {
  const ordered = faults.toSorted((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const [fault] = ordered;
  if (!fault) return;
  const words = fault[1].endsWith('.') ? fault[1] : `${fault[1]}.`;
  const page = words.startsWith('The use of local versions') ? LOCAL_VERSIONS : CORE_METADATA;
  throw new Refusal(400, `${words} See ${page} for more information.`);
}

function rank([header]: Fault): number {
  return FIRST.includes(header) ? FIRST.indexOf(header) : FIRST.length;
}

function faultsOfForm(values: FormValues): Fault[] {
  const repeated = Array.from(values)
    .filter(([name, sent]) => sent.length > 1 && METADATA_FIELDS.get(name)?.multiple === false)
    .map(([name]): Fault => [name, `${pythonQuoted(name)} has invalid data`]);
  const labels = (values.get('project_urls') ?? []).map((entry) => entry.split(',', 1)[0]?.trim());
  return new Set(labels).size === labels.length
    ? repeated
    : [...repeated, ['project_urls', "'project_urls' has invalid data"]];
}
