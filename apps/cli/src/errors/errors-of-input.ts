// SPDX-License-Identifier: Apache-2.0
import type { AttestationErrorCode } from '@colophon/attestation';
import type { EncodingErrorCode } from '@colophon/base';
import type { DistErrorCode } from '@colophon/dist';
import type { TrustErrorCode } from '@colophon/trust';
import type { VerificationErrorCode } from '@colophon/verify';
import type { CliErrorCode } from '../cli-error.ts';
import { row, type ErrorRow } from './error-row.ts';

/** Failures of what the user gave: words, files, documents. */
export const ERRORS_OF_INPUT: Readonly<
  Record<
    | CliErrorCode
    | DistErrorCode
    | EncodingErrorCode
    | TrustErrorCode
    | Exclude<AttestationErrorCode, VerificationErrorCode>,
    ErrorRow
  >
> = {
  ERR_USAGE: row(
    'usage',
    'The command line asks for something impossible or unclear.',
    '`colophon COMMAND --help` shows the options',
  ),
  ERR_NO_INPUT: row(
    'noInput',
    'No file, project or version matched.',
    'is the path right, and has the build run?',
  ),
  ERR_READ_FILE: row('malformed', 'A file cannot be read.', 'does it exist, and may this user read it?'),
  ERR_OUTPUT_EXISTS: row(
    'usage',
    'An output file is there already; nothing was signed or written.',
    'keep it, remove it, or replace it with --overwrite',
  ),
  ERR_OUTPUT_WRITE: row(
    'malformed',
    'An output file cannot be written.',
    'is there space, and may this user write there?',
  ),
  ERR_STATEMENT_FILE: row(
    'malformed',
    'A file to sign as a statement is no in-toto Statement v1, or not one of its type; nothing was signed.',
  ),
  ERR_SUBJECT: row(
    'malformed',
    'A file is not what the statement is about, or cannot be; nothing was signed.',
    'compare the names and SHA-256 digests of the statement or list with the files',
  ),
  ERR_EVIDENCE_CONFLICT: row(
    'malformed',
    'Two pieces of evidence stand where one is expected; which one counts would be a guess.',
    'remove one, or name the right one with --bundle',
  ),
  ERR_NO_EVIDENCE: row(
    'noEvidence',
    'There is no evidence for a file that needs some.',
    'is the file from an index? `colophon verify pypi` fetches the evidence',
  ),
  ERR_NO_PROVENANCE: row(
    'noEvidence',
    'An index has no provenance, or none of a demanded type, for a file.',
    'was it uploaded with attestations? Older releases, and most that a person uploaded, have none',
  ),
  ERR_CHECKSUMS: row(
    'malformed',
    'A checksum file has a line that is not one.',
    'the lines of `sha256sum` and of `shasum --tag` are read, SHA-256 alone',
  ),
  ERR_PREDICATE: row(
    'malformed',
    'A predicate is not what its type demands; nothing was signed.',
    'is it the right file for this --predicate-type?',
  ),
  ERR_NOT_ATTESTED: row(
    'noEvidence',
    'A file to publish has no publish attestation beside it. Nothing was sent.',
    'were the .attestation files of the job that attested brought along? `colophon release` attests by itself; --attestations off goes without',
  ),
  ERR_CHECK_REFUSED: row(
    'malformed',
    'The index would refuse a file, so nothing was signed or sent.',
    '`colophon check` lists every finding',
  ),
  ERR_CREDENTIAL_MISSING: row(
    'noIdentity',
    'There is no identity token, and none can be had here.',
    'run it in a CI job that has an identity (GitHub, GitLab, Google, Buildkite, CircleCI), hand over --identity-token-file, or log in: at a terminal, or with --oauth-force-oob',
  ),
  ERR_CREDENTIAL_CONFLICT: row(
    'usage',
    'A password is given, and the index would take this job’s identity without one. Nothing was sent.',
    'remove the password, or say --trusted-publishing always or never',
  ),
  ERR_CREDENTIAL_UNFIT: row(
    'noIdentity',
    'Attestations are demanded, and the credential is not one that an index takes them with.',
    'publish from a CI job by trusted publishing, without a password',
  ),
  ERR_PASSWORD_MISSING: row(
    'noIdentity',
    'There is nothing to prove an upload with: no password, no API token, no identity of a CI job.',
    'set UV_PUBLISH_TOKEN or TWINE_PASSWORD, pipe it in with --password-stdin, or run it in a job with `id-token: write`',
  ),
  ERR_TLS_FILE: row(
    'malformed',
    'A file for TLS does not hold what it should: certificates, or a certificate with its private key.',
    'is it PEM, and the key not encrypted?',
  ),
  ERR_TOKEN_SPENT: row.retry(
    'noIdentity',
    'The job’s identity token was exchanged for an upload token once, and the place gives no other one.',
    'run the job again: it continues by itself, with a fresh token',
  ),
  ERR_PUBLISHER_MISMATCH: row(
    'noIdentity',
    'This job is not the publisher that was named with --publisher, or whose identity token was handed over; or it is one that no index takes.',
    'compare repository and workflow with what the index has on record',
  ),
  ERR_PRIVATE_REPOSITORY: row(
    'usage',
    'The repository is not public, and signing would write its name into a public log for ever.',
    'if that is acceptable, say --allow-private',
  ),
  ERR_FILE_DIFFERS: row(
    'refused',
    'The index has other bytes under this file name. Files on an index cannot be replaced.',
    'were the dists built anew? Reuse those of the first run, or release a new version',
  ),
  ERR_NOT_VISIBLE: row.retry(
    'unavailable',
    'A file was uploaded, but the index does not show it yet.',
    'run the same command again in a minute: it finishes what is missing; where the index lost the file for good, remove the journal of the release, and it is sent again',
  ),
  ERR_READ_BACK: row(
    'failed',
    'What the index serves is not what was uploaded.',
    'do not announce this release; compare the digests, and ask the index’s operators',
  ),
  ERR_JOURNAL: row(
    'malformed',
    'The journal of a release is malformed, or about another release, index or publisher.',
    'a journal is never needed: remove it, or name another with --journal, and what the index has is asked of the index',
  ),
  ERR_RELEASE_BEGUN: row(
    'usage',
    '--no-resume was said, and this release was begun before.',
    'leave --no-resume out: the release is finished, and nothing is done twice',
  ),
  ERR_NOT_OURS: row(
    'noEvidence',
    'The index has the very file, but without an attestation by this publisher, and attestations cannot be added later.',
    'did somebody upload it by hand, or another workflow? Release a new version',
  ),
  ERR_NOT_BUILT: row(
    'failed',
    'The index lists a file of this release that is none of those given.',
    'was it uploaded by somebody else? Do not announce this release before you know',
  ),
  ERR_UNKNOWN_INSTANCE: row(
    'undecided',
    'The instance is none that this program knows, and was never added.',
    '`colophon trust add URL ROOT` trusts it, from a root that its operators gave you',
  ),
  ERR_KEY: row(
    'malformed',
    'The file of --key is not one public key in PEM, of a kind that can be judged by.',
    'is it the public half, PEM, and P-256, P-384, P-521, Ed25519 or RSA of 2048 bits or more?',
  ),
  ERR_STORE_REFUSED: row(
    'refused',
    'GitHub refuses to answer about attestations, or to keep them.',
    'does GH_TOKEN allow to read this repository? A public one needs none. --store github needs a token with `attestations: write` and `contents: write`, and a release of the tag',
  ),
  ERR_STORE_LIMIT: row.retry(
    'unavailable',
    'GitHub answers no more for now: too many requests.',
    'try again later, or with a GH_TOKEN, which is allowed more',
  ),
  ERR_STORE_ANSWER: row('refused', 'GitHub’s attestation store answered something else than it should.'),
  ERR_INTERRUPTED: row('interrupted', 'The run was interrupted; what was finished is kept.'),
  ERR_BASE64: row('malformed', 'Text is not strict base64.'),
  ERR_HEX: row('malformed', 'Text is not lower-case hexadecimal.'),
  ERR_UTF8: row('malformed', 'Bytes are not valid UTF-8.'),
  ERR_JSON: row(
    'malformed',
    'A document is not valid JSON, or names a key twice.',
    'was the file cut off, or is it something else?',
  ),
  ERR_JSON_KIND: row(
    'malformed',
    'A document is JSON, but of another kind than is wanted.',
    'is it the right file?',
  ),
  ERR_JSON_SHAPE: row('malformed', 'A JSON document does not have the shape that its format demands.'),
  ERR_DIST_FILENAME: row(
    'malformed',
    'A file name is not that of a wheel or an sdist.',
    'wheels are NAME-VERSION-PYTHON-ABI-PLATFORM.whl, sdists NAME-VERSION.tar.gz',
  ),
  ERR_DIST_VERSION: row('malformed', 'A version is not one by PEP 440.'),
  ERR_DIST_READ: row('malformed', 'A distribution cannot be read.', 'does it exist, and is it a plain file?'),
  ERR_DIST_ARCHIVE: row(
    'malformed',
    'An archive is damaged, ambiguous or dangerous.',
    'was the download or the build cut off? Build it again',
  ),
  ERR_DIST_MISSING_METADATA: row(
    'malformed',
    'An archive has no METADATA or PKG-INFO where it belongs.',
    'was it built by a packaging back-end, or zipped by hand?',
  ),
  ERR_DIST_METADATA: row('malformed', 'The metadata of a distribution is not valid.'),
  ERR_BUNDLE: row('malformed', 'A document is not a valid Sigstore bundle.'),
  ERR_ATTESTATION: row('malformed', 'A document is not a valid PEP 740 attestation.'),
  ERR_PROVENANCE: row('malformed', 'A document is not a valid PEP 740 provenance object.'),
  ERR_CONVERSION: row(
    'malformed',
    'Evidence cannot be expressed in the other format without losing what matters.',
  ),
  ERR_TRUSTED_ROOT: row(
    'undecided',
    'The trusted root is malformed, so nothing was judged.',
    'is it a trusted_root.json, whole and of this instance?',
  ),
  ERR_SIGNING_CONFIG: row(
    'undecided',
    'The signing configuration is malformed, or offers no service to sign with.',
  ),
  ERR_TRUST_CONFIG: row(
    'undecided',
    'The client trust configuration is malformed.',
    'is it a whole ClientTrustConfig? A trusted root alone goes with --trusted-root',
  ),
};
