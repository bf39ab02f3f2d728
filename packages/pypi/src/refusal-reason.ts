// SPDX-License-Identifier: Apache-2.0
import type { FindingCode } from '@colophon/dist';

/** Why an index refused an upload: what `checkDist` would have found, or what only the index can know. */
export type UploadRefusal =
  | FindingCode
  | 'uploads-disabled'
  | 'authentication-missing'
  | 'password-refused'
  | 'upload-form'
  | 'digest-mismatch'
  | 'project-unknown-to-publisher'
  | 'project-name-alike'
  | 'project-name-standard-library'
  | 'project-name-prohibited'
  | 'registration-disabled'
  | 'too-many-projects'
  | 'upload-not-allowed'
  | 'token-expired'
  | 'token-scope'
  | 'token-invalid'
  | 'email-unverified'
  | 'two-factor-missing'
  | 'organization-inactive'
  | 'project-size'
  | 'file-exists'
  | 'filename-reuse'
  | 'release-closed'
  | 'attestations-need-publisher'
  | 'attestations-publisher-kind'
  | 'attestations-malformed'
  | 'attestations-empty'
  | 'attestations-too-many'
  | 'attestation-unverified'
  | 'attestation-unreadable'
  | 'attestation-type'
  | 'attestation-twice';

/** Why an index gave no upload token for an identity token. */
export type MintRefusal =
  | 'mint-disabled'
  | 'mint-malformed'
  | 'mint-issuer-unknown'
  | 'mint-project-not-founded'
  | 'mint-token-invalid'
  | 'mint-token-reused'
  | 'mint-project-exists'
  | 'mint-claim-missing'
  | 'mint-claim-differs'
  | 'mint-reusable-workflow'
  | 'mint-pull-request-target'
  | 'mint-workflow-name'
  | 'mint-issuer-differs'
  | 'mint-publisher-unknown';

export type RefusalReason = UploadRefusal | MintRefusal;

const ATTESTATIONS = '^Invalid attestations supplied during upload: ';
const ARCHIVE = '^Invalid distribution file\\. ';
const FRAMING = `${ARCHIVE}ZIP archive not accepted: `;

/** The words by which Warehouse can be told (July 2026), the finer before the coarser. */
const UPLOAD_WORDS: readonly (readonly [pattern: string, reason: UploadRefusal])[] = [
  ['uploads are temporarily disabled', 'uploads-disabled'],
  ['^The description failed to render', 'description-render'],
  ['^Invalid or non-existent authentication information', 'authentication-missing'],
  ['^Username/Password authentication is no longer supported', 'password-refused'],
  ['is an invalid value for Name|is invalid for .name.', 'name-invalid'],
  ['is not a valid metadata version', 'metadata-version'],
  [' introduced in metadata version ', 'metadata-field-too-new'],
  ['^The use of local versions in ', 'local-version'],
  ['is invalid for .version.|.version. is a required field', 'version-invalid'],
  ['.summary. must be a single line', 'summary-lines'],
  ['.summary. field must be ', 'summary-length'],
  ['is not a valid email address', 'email-address'],
  ['^.Private ::.* is not a valid classifier', 'classifier-private'],
  ['is not a valid classifier', 'classifier-unknown'],
  ['^The classifier .* has been deprecated', 'classifier-deprecated'],
  ['.project_urls. has invalid data', 'project-url'],
  ['has invalid data', 'metadata-repeated-field'],
  // The words are the same for Home-page, Download-URL and the address of a Project-URL.
  ['is not a valid url', 'web-address'],
  ['^Must have a (?:label|URL)|must be 32 characters or less', 'project-url'],
  ["^Can't have direct dependency", 'direct-requirement'],
  ['is invalid for .requires-dist.|is invalid: ', 'requirement'],
  ['is invalid for .requires-python.', 'requires-python'],
  ['is invalid for .provides-extra.', 'extra-name'],
  ['is invalid for .license-expression.', 'license-expression'],
  ['is invalid for .license-file.', 'license-file-path'],
  ['^License is deprecated when License-Expression', 'license-conflict'],
  ['is invalid for .import-name', 'import-name'],
  ['dynamic field', 'dynamic-field'],
  ['.description-content-type.', 'description-content-type'],
  ['^Non-user identities cannot create new projects', 'project-unknown-to-publisher'],
  ['is too similar to an existing project', 'project-name-alike'],
  ['conflict with Python Standard Library', 'project-name-standard-library'],
  ["^The name .* isn't allowed", 'project-name-prohibited'],
  ['^New project registration temporarily disabled', 'registration-disabled'],
  ['^Too many new projects created', 'too-many-projects'],
  ["isn't allowed to upload to project", 'upload-not-allowed'],
  ['^Invalid API Token: .*expired', 'token-expired'],
  ['^Invalid API Token: .*is not valid for project', 'token-scope'],
  ['^Invalid API Token', 'token-invalid'],
  ['does not have a verified primary email', 'email-unverified'],
  ['does not have two-factor authentication', 'two-factor-missing'],
  ['^Organization account owning this project is inactive', 'organization-inactive'],
  ['^Cannot upload a file with |^Invalid file extension', 'filename-invalid'],
  [
    '^Invalid source distribution filename|^Invalid (?:wheel|sdist) filename|^Invalid project name|^Invalid build number',
    'filename-invalid',
  ],
  ['^File too large', 'file-size'],
  ['^Project size too large', 'project-size'],
  ['^The digest supplied does not match', 'digest-mismatch'],
  ['^File already exists', 'file-exists'],
  ['^This filename was previously used', 'filename-reuse'],
  ['older than 14 days|^Release is closed', 'release-closed'],
  ['^Only one sdist may be uploaded', 'second-sdist'],
  [`${ARCHIVE}File is both a zip and a tar`, 'archive-polyglot'],
  [`${ARCHIVE}File exceeds compression ratio`, 'archive-bomb'],
  [`${ARCHIVE}File does not use a supported compression`, 'archive-compression'],
  [`${ARCHIVE}Incorrect number of top-level`, 'sdist-top-level'],
  [`${ARCHIVE}PKG-INFO not found|required METADATA file`, 'metadata-missing'],
  [`${ARCHIVE}(?:WHEEL not found|Unable to parse)`, 'wheel-file-missing'],
  [`${ARCHIVE}(?:PyArmor|SourceDefender)`, 'forbidden-content'],
  [`${ARCHIVE}We have detected a PyPI API token`, 'leaked-token'],
  [`${FRAMING}ZIP contains a data descriptor`, 'zip-data-descriptor'],
  [`${FRAMING}Comment in central directory`, 'zip-comment'],
  [`${FRAMING}(?:Trailing data|Unknown record|Mismatched central directory offset)`, 'zip-hidden-data'],
  [`${FRAMING}Duplicate filename`, 'archive-duplicate'],
  [`${FRAMING}(?:Invalid character in|Filename not (?:unicode|valid))`, 'archive-name'],
  [FRAMING, 'archive-ambiguous'],
  [ARCHIVE, 'archive-damaged'],
  ['^Filename .* is invalid, should be ', 'sdist-filename'],
  ['^Start filename for ', 'name-mismatch'],
  ['should contain the normalized project name', 'wheel-filename'],
  ['^Version in filename should be ', 'version-mismatch'],
  ['has an unsupported platform tag', 'platform-tag'],
  ['^License-File .* does not exist', 'license-file-missing'],
  ['required RECORD file', 'wheel-record-missing'],
  ['entry_points\\.txt', 'entry-points'],
  ['^Filename is too long', 'filename-too-long'],
  [
    `${ATTESTATIONS}Attestations are only supported when using Trusted Publishing`,
    'attestations-need-publisher',
  ],
  [`${ATTESTATIONS}Attestations are not currently supported with`, 'attestations-publisher-kind'],
  [`${ATTESTATIONS}.*an empty attestation set`, 'attestations-empty'],
  [`${ATTESTATIONS}Malformed attestations`, 'attestations-malformed'],
  [`${ATTESTATIONS}A maximum of`, 'attestations-too-many'],
  [`${ATTESTATIONS}Could not verify`, 'attestation-unverified'],
  [`${ATTESTATIONS}Unknown error`, 'attestation-unreadable'],
  [`${ATTESTATIONS}Attestation with unsupported predicate`, 'attestation-type'],
  [`${ATTESTATIONS}Multiple attestations`, 'attestation-twice'],
  ['Should not be a tuple|^Unknown protocol version|^Upload payload does not have a file', 'upload-form'],
  [
    '^Invalid value for |^Error: |^Invalid distribution file\\.$|^The upload is not a readable form',
    'upload-form',
  ],
];

const MINT_WORDS: readonly (readonly [code: string, pattern: string, reason: MintRefusal])[] = [
  ['not-enabled', '', 'mint-disabled'],
  ['invalid-payload', 'unknown trusted publishing issuer', 'mint-issuer-unknown'],
  [
    'invalid-payload',
    '\\bname\\b.*(?:isn.t allowed|similar|conflict|invalid)|project',
    'mint-project-not-founded',
  ],
  ['invalid-payload', '', 'mint-malformed'],
  ['invalid-token', '', 'mint-token-invalid'],
  ['invalid-reuse-token', '', 'mint-token-reused'],
  ['invalid-pending-publisher', '', 'mint-project-exists'],
  ['invalid-publisher', 'job_workflow_ref claim does not match', 'mint-reusable-workflow'],
  ['invalid-publisher', 'pull_request_target', 'mint-pull-request-target'],
  ['invalid-publisher', 'workflow filename', 'mint-workflow-name'],
  ['invalid-publisher', 'Missing claim', 'mint-claim-missing'],
  ['invalid-publisher', 'Check failed for required claim', 'mint-claim-differs'],
  ['invalid-publisher', 'does not match expected issuer', 'mint-issuer-differs'],
  ['invalid-publisher', '', 'mint-publisher-unknown'],
];

const UPLOAD_PATTERNS = UPLOAD_WORDS.map(([pattern, reason]) => [new RegExp(pattern, 'i'), reason] as const);

/** Which of Warehouse's refusals of an upload these words are; undefined for those of another index, or new ones. */
export function uploadRefusal(words: string): UploadRefusal | undefined {
  return UPLOAD_PATTERNS.find(([pattern]) => pattern.test(words))?.[1];
}

/** Which of Warehouse's refusals to give an upload token this is. */
export function mintRefusal(code: string, description: string): MintRefusal | undefined {
  return MINT_WORDS.find(
    ([known, pattern]) => known === code && new RegExp(pattern, 'i').test(description),
  )?.[2];
}
