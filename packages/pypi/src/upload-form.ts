// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import {
  type Attestation,
  attestationToJson,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
} from '@colophon/attestation';
import { IndexError } from './index-error.ts';

/** What describes a file to an index, beside its bytes. */
export interface UploadForm {
  readonly filename: string;
  /** Metadata and file fields in order (`uploadFields` of @colophon/dist); names may repeat. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly digests: {
    /** Lower-case hexadecimal. */
    readonly sha256: string;
  };
  /** At most one of each type that PyPI takes. Without any the field is left out: an empty list is refused there. */
  readonly attestations?: readonly Attestation[];
}

/** A form as it goes over the wire: `head`, then the file's bytes, then the tail. */
export interface EncodedForm {
  readonly contentType: string;
  readonly head: Uint8Array;
  readonly tailLength: number;
  /** What follows the file: the digest that is ready only when the file has been read to its end. Lower-case hexadecimal. */
  readonly tail: (blake2b256: string) => Uint8Array;
}

const OWN_FIELDS = new Set([
  ':action',
  'protocol_version',
  'sha256_digest',
  'blake2_256_digest',
  'attestations',
  'content',
]);
const PREDICATE_TYPES: readonly string[] = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];

/**
 * Writes the multipart form of the legacy upload API around a file's bytes (RFC 7578). `boundary` must not occur in
 * them: take 128 random bits.
 * @throws IndexError ERR_UPLOAD_FILE for a name that no distribution has, ERR_UPLOAD_ATTESTATIONS
 * @throws TypeError for a field whose name is not one, or is written here
 */
export function encodeUploadForm(form: UploadForm, boundary: string): EncodedForm {
  assertFilename(form.filename);
  const texts = formFields(form).map(([name, value]) => textPart(name, value, boundary));
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${form.filename}"\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: encodeUtf8(`${texts.join('')}${file}Content-Type: application/octet-stream\r\n\r\n`),
    tailLength: tailOf('0'.repeat(64), boundary).length,
    tail: (blake2b256) => tailOf(blake2b256, boundary),
  };
}

function tailOf(blake2b256: string, boundary: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(blake2b256)) throw new TypeError('not a digest of 256 bits');
  return encodeUtf8(`\r\n${textPart('blake2_256_digest', blake2b256, boundary)}--${boundary}--\r\n`);
}

function formFields({ fields, digests, attestations = [] }: UploadForm): (readonly [string, string])[] {
  for (const [name] of fields)
    if (!/^[a-z][a-z0-9_]*$/.test(name) || OWN_FIELDS.has(name))
      throw new TypeError(`not a metadata field: ${JSON.stringify(name)}`);
  assertAttestations(attestations);
  const documents = attestations.map(attestationToJson);
  return [
    [':action', 'file_upload'],
    ['protocol_version', '1'],
    ...fields,
    ['sha256_digest', digests.sha256],
    ...(documents.length === 0 ? [] : [['attestations', JSON.stringify(documents)] as const]),
  ];
}

function textPart(name: string, value: string, boundary: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

// The characters of wheel and sdist names. None of them needs escaping in a header, or can break out of one.
function assertFilename(filename: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._+!-]{0,254}$/.test(filename)) return;
  throw new IndexError(
    'ERR_UPLOAD_FILE',
    `not the name of a distribution: ${JSON.stringify(filename.slice(0, 255))}`,
  );
}

function assertAttestations(attestations: readonly Attestation[]): void {
  const types = attestations.map(({ statement }) => parseStatement(statement).predicateType);
  const unknown = types.find((type) => !PREDICATE_TYPES.includes(type));
  if (unknown !== undefined)
    throw refusedSet(`an index takes no attestation of type ${JSON.stringify(unknown.slice(0, 200))}`);
  if (new Set(types).size < types.length) throw refusedSet('two attestations of one type for one file');
}

function refusedSet(text: string): IndexError {
  return new IndexError('ERR_UPLOAD_ATTESTATIONS', text);
}
