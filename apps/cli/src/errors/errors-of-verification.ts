// SPDX-License-Identifier: Apache-2.0
import type { PkiErrorCode } from '@colophon/pki';
import type { VerificationErrorCode } from '@colophon/verify';
import { row, type ErrorRow } from './error-row.ts';

/** Evidence that does not prove what it should, by the stage that failed. */
export const ERRORS_OF_VERIFICATION: Readonly<Record<PkiErrorCode | VerificationErrorCode, ErrorRow>> = {
  ERR_TRUST_MATERIAL: row(
    'undecided',
    'The trusted root lacks what is needed to judge.',
    'is the trusted root whole, and of this instance?',
  ),
  ERR_EVIDENCE: row(
    'failed',
    'Evidence has a form, signer or content that cannot be judged.',
    'was it cut off or edited, or made by a tool of another time? What a bare key signed needs --key',
  ),
  ERR_EVIDENCE_JSON: row(
    'failed',
    'What stands where evidence should is not JSON, or names a key twice.',
    'was the file cut off, or is it something else?',
  ),
  ERR_EVIDENCE_KIND: row(
    'failed',
    'What stands where evidence should is JSON of another kind.',
    'is it named after its format? --bundle, --attestation and --provenance say which it is',
  ),
  ERR_CERTIFICATE: row('failed', 'A certificate is malformed.'),
  ERR_CERTIFICATE_CLAIM: row('failed', 'A claim in a certificate is malformed or contradicts another.'),
  ERR_CERTIFICATE_USAGE: row('failed', 'A certificate is not one for signing code.'),
  ERR_LOG_ENTRY: row(
    'failed',
    'A transparency log entry is missing, repeated, malformed or of an unknown kind.',
  ),
  ERR_LOG_ENTRY_MISMATCH: row(
    'failed',
    'A transparency log entry is about another signature, signer or content.',
  ),
  ERR_TIMESTAMP: row('failed', 'Nothing proves when the signature was made, or the proof is wrong.'),
  ERR_CERTIFICATE_CHAIN: row(
    'failed',
    'A certificate was not issued by an authority of the trusted root.',
    'is this evidence from another Sigstore instance? Say --staging or --instance, or name its root with --trusted-root',
  ),
  ERR_CERTIFICATE_VALIDITY: row('failed', 'A certificate was not valid at the time of signing.'),
  ERR_SCT: row(
    'failed',
    'A certificate has no valid proof that it was submitted to a certificate transparency log.',
  ),
  ERR_LOG_UNKNOWN: row(
    'failed',
    'The transparency log is not one of the trusted root’s.',
    'is this evidence from another Sigstore instance? Say --staging or --instance, or name its root with --trusted-root',
  ),
  ERR_LOG_VALIDITY: row(
    'failed',
    'The trusted root does not vouch for the log’s key at the time of signing.',
  ),
  ERR_LOG_PROMISE: row('failed', 'The log’s signed entry timestamp is wrong.'),
  ERR_LOG_CHECKPOINT: row('failed', 'The log’s checkpoint is malformed, or not signed by the log.'),
  ERR_LOG_INCLUSION: row('failed', 'The proof that the log holds the entry is wrong.'),
  ERR_SIGNATURE: row('failed', 'The signature is wrong.', 'was the evidence made for this very file?'),
  ERR_STATEMENT: row('failed', 'A signed statement is not an in-toto Statement v1.'),
  ERR_ARTIFACT_NAME: row(
    'malformed',
    'The file’s name is missing, or not that of a distribution.',
    'say the distribution’s name with --filename',
  ),
  ERR_SUBJECT_NAME: row('failed', 'The statement is about a file of another name.', 'was the file renamed?'),
  ERR_SUBJECT_DIGEST: row(
    'failed',
    'The statement is about other bytes.',
    'the file was changed, or rebuilt, after it was signed: do not use it',
  ),
  ERR_PREDICATE_TYPE: row('noEvidence', 'Evidence attests something else than was demanded.'),
  ERR_IDENTITY: row(
    'failed',
    'Somebody else signed than was demanded.',
    '`colophon inspect FILE` shows who signed; is that whom you expect?',
  ),
  ERR_CLAIM: row(
    'failed',
    'The right signer, but not under the circumstances that were demanded.',
    '`colophon inspect FILE` shows ref, commit, trigger and environment',
  ),
  ERR_PEM: row('malformed', 'Text is not PEM.'),
};
