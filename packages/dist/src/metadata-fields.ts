// SPDX-License-Identifier: Apache-2.0

/** The metadata versions that exist and that PyPI takes, oldest first (2.0 was withdrawn). */
export const METADATA_VERSIONS = ['1.0', '1.1', '1.2', '2.1', '2.2', '2.3', '2.4', '2.5'] as const;

export type MetadataVersion = (typeof METADATA_VERSIONS)[number];

interface MetadataFieldRule {
  /** The name of the form field that carries it to the index. */
  readonly form: string;
  /** The metadata version that introduced it. */
  readonly since: MetadataVersion;
  /** Whether the header may stand several times. */
  readonly many: boolean;
}

function one(form: string, since: MetadataVersion = '1.0'): MetadataFieldRule {
  return { form, since, many: false };
}

function many(form: string, since: MetadataVersion = '1.0'): MetadataFieldRule {
  return { form, since, many: true };
}

/**
 * Every field of core metadata up to 2.5 by its header in lower case, in the order in which the form sends them. The form's names
 * are PyPI's: some are plural, some not, and PyPI drops in silence what it does not know.
 */
export const METADATA_FIELDS = {
  'metadata-version': one('metadata_version'),
  name: one('name'),
  version: one('version'),
  summary: one('summary'),
  description: one('description'),
  'description-content-type': one('description_content_type', '2.1'),
  keywords: one('keywords'),
  'home-page': one('home_page'),
  'download-url': one('download_url', '1.1'),
  author: one('author'),
  'author-email': one('author_email'),
  maintainer: one('maintainer', '1.2'),
  'maintainer-email': one('maintainer_email', '1.2'),
  license: one('license'),
  'license-expression': one('license_expression', '2.4'),
  'license-file': many('license_file', '2.4'),
  classifier: many('classifiers', '1.1'),
  platform: many('platform'),
  'supported-platform': many('supported_platform', '1.1'),
  'requires-python': one('requires_python', '1.2'),
  'requires-dist': many('requires_dist', '1.2'),
  'requires-external': many('requires_external', '1.2'),
  'provides-dist': many('provides_dist', '1.2'),
  'obsoletes-dist': many('obsoletes_dist', '1.2'),
  'provides-extra': many('provides_extra', '2.1'),
  'project-url': many('project_urls', '1.2'),
  dynamic: many('dynamic', '2.2'),
  'import-name': many('import_name', '2.5'),
  'import-namespace': many('import_namespace', '2.5'),
  requires: many('requires', '1.1'),
  provides: many('provides', '1.1'),
  obsoletes: many('obsoletes', '1.1'),
} as const satisfies Record<string, MetadataFieldRule>;

/** A header of core metadata, in lower case. */
export type MetadataField = keyof typeof METADATA_FIELDS;

export function isMetadataField(header: string): header is MetadataField {
  return Object.hasOwn(METADATA_FIELDS, header);
}

/** The fields with their rules, in the form's order. */
export function metadataFields(): [MetadataField, MetadataFieldRule][] {
  return Object.entries(METADATA_FIELDS) as [MetadataField, MetadataFieldRule][];
}

/** Whether metadata of the version `declared` may carry a field that came with `since`; an unknown newer version may. */
export function isFieldKnownIn(declared: string, since: MetadataVersion): boolean {
  const age = (METADATA_VERSIONS as readonly string[]).indexOf(declared);
  return age === -1 || age >= METADATA_VERSIONS.indexOf(since);
}
