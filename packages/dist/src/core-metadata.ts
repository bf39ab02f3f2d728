// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, quote } from '@colophon/base';
import { DistError } from './dist-error.ts';
import { parseHeaderBlock } from './header-block.ts';
import { isMetadataField, METADATA_FIELDS, type MetadataField } from './metadata-fields.ts';

/** What the headers and the body say, before any of it is judged. */
export interface RawMetadata {
  /** Values by header, in the order of the file, folded lines kept. A body stands under `description`. */
  readonly fields: Readonly<Partial<Record<MetadataField, readonly string[]>>>;
  /** Headers that core metadata does not know, in lower case. */
  readonly unknown: readonly string[];
}

/** Core metadata of a distribution (METADATA or PKG-INFO), versions 1.0 to 2.5. */
export interface CoreMetadata extends RawMetadata {
  readonly metadataVersion: string;
  /** As written: `normalizeName` gives the normal form. */
  readonly name: string;
  /** As written: `parseVersion` gives the canonical form. */
  readonly version: string;
}

/**
 * Parses METADATA or PKG-INFO. Reads what Python's `packaging.metadata.parse_email` reads: values as written, `UNKNOWN`
 * included. Rules that hold for an index only are `checkDist`'s.
 * @throws DistError ERR_DIST_METADATA: not UTF-8; a field twice that may stand once, a description in header and body;
 * no Metadata-Version, Name or Version; a major version that this reader cannot know
 */
export function parseCoreMetadata(bytes: Uint8Array): CoreMetadata {
  const raw = readRawMetadata(bytes);
  const repeated = repeatedFields(raw)[0];
  if (repeated !== undefined) throw malformed(`field ${repeated} stands more than once`);
  const metadataVersion = required(raw, 'metadata-version');
  if (!/^[12]\.[0-9]{1,4}$/.test(metadataVersion))
    throw malformed(`${quote(metadataVersion)} is not a metadata version that this reader knows`);
  return { ...raw, metadataVersion, name: required(raw, 'name'), version: required(raw, 'version') };
}

/** Fields that hold whatever text somebody wrote. */
const FREE_TEXT: readonly MetadataField[] = ['description', 'keywords', 'license', 'summary'];

/** Characters of any other value. Far more than there ever are, and so few that no rule for one runs out of stack. */
const MAX_VALUE = 1024 * 1024;

/**
 * Reads headers and body without judging them.
 * @throws DistError ERR_DIST_METADATA when they are not UTF-8, or a value is longer than 1 MiB where no text belongs
 */
export function readRawMetadata(bytes: Uint8Array): RawMetadata {
  const { headers, body } = parseHeaderBlock(decode(bytes));
  const fields: Partial<Record<MetadataField, string[]>> = {};
  const unknown: string[] = [];
  for (const [header, value] of headers)
    if (!isMetadataField(header)) unknown.push(header);
    else if (value.length <= MAX_VALUE || FREE_TEXT.includes(header)) (fields[header] ??= []).push(value);
    else throw malformed(`field ${header} has a value of more than ${MAX_VALUE} characters`);
  if (body !== '') (fields.description ??= []).push(body);
  return { fields, unknown };
}

/** Fields that may stand once and stand several times: no two readers agree on which one counts. */
export function repeatedFields({ fields }: RawMetadata): MetadataField[] {
  const present = Object.keys(fields) as MetadataField[];
  return present.filter((field) => !METADATA_FIELDS[field].many && (fields[field]?.length ?? 0) > 1);
}

/** The value of a field that stands once, or the first of several. */
export function fieldValue({ fields }: RawMetadata, field: MetadataField): string | undefined {
  return fields[field]?.[0];
}

function required(raw: RawMetadata, field: MetadataField): string {
  const value = fieldValue(raw, field) ?? '';
  if (value === '') throw malformed(`field ${field} is missing`);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new DistError('ERR_DIST_METADATA', 'metadata: not valid UTF-8', { cause });
  }
}

function malformed(reason: string): DistError {
  return new DistError('ERR_DIST_METADATA', `metadata: ${reason}`);
}
