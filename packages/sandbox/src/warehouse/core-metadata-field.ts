// SPDX-License-Identifier: Apache-2.0

/** A field of core metadata as the upload form carries it (pypi.md §7). */
export interface MetadataField {
  /** The header's name in lower case: refusals name the field so. */
  readonly header: string;
  /** The metadata version that brought it. */
  readonly added: string;
  /** May be sent several times. */
  readonly multiple: boolean;
}

/** The versions that the index takes, oldest first: 2.0 never was one, and 2.6 is not one yet. */
export const METADATA_VERSIONS = ['1.0', '1.1', '1.2', '2.1', '2.2', '2.3', '2.4', '2.5'];

const SINGLE: readonly [added: string, names: string][] = [
  ['1.0', 'metadata_version name version summary description keywords home_page author author_email license'],
  ['1.1', 'download_url'],
  ['1.2', 'maintainer maintainer_email requires_python'],
  ['2.1', 'description_content_type'],
  ['2.4', 'license_expression'],
];
const MULTIPLE: readonly [added: string, names: string][] = [
  ['1.0', 'platform'],
  ['1.1', 'supported_platform classifiers requires provides obsoletes'],
  ['1.2', 'requires_dist provides_dist obsoletes_dist requires_external project_urls'],
  ['2.1', 'provides_extra'],
  ['2.2', 'dynamic'],
  ['2.4', 'license_file'],
  ['2.5', 'import_name import_namespace'],
];
const HEADERS: Readonly<Record<string, string>> = { classifiers: 'classifier', project_urls: 'project-url' };

function rows(groups: readonly [string, string][], multiple: boolean): [string, MetadataField][] {
  return groups.flatMap(([added, names]) =>
    names.split(' ').map((name): [string, MetadataField] => {
      const header = HEADERS[name] ?? name.replaceAll('_', '-');
      return [name, { header, added, multiple }];
    }),
  );
}

/** By the form's field name. */
export const METADATA_FIELDS: ReadonlyMap<string, MetadataField> = new Map([
  ...rows(SINGLE, false),
  ...rows(MULTIPLE, true),
]);
