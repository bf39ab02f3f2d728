// SPDX-License-Identifier: Apache-2.0
import type { AttestationErrorCode } from '@colophon/attestation';
import type { EncodingErrorCode } from '@colophon/base';
import type { DistErrorCode } from '@colophon/dist';
import type { HttpErrorCode } from '@colophon/http';
import type { OidcErrorCode } from '@colophon/oidc';
import type { PkiErrorCode } from '@colophon/pki';
import type { IndexErrorCode } from '@colophon/pypi';
import type { RekorErrorCode } from '@colophon/rekor';
import type { SandboxErrorCode } from '@colophon/sandbox';
import type { SignErrorCode } from '@colophon/sign';
import type { TrustErrorCode } from '@colophon/trust';
import type { VerificationErrorCode } from '@colophon/verify';
import type { CliErrorCode } from './cli-error.ts';
import type { EXIT } from './exit-status.ts';

/** Every code that a package of Colophon can throw; one without a row below does not compile. */
export type ErrorCode =
  | AttestationErrorCode
  | CliErrorCode
  | DistErrorCode
  | EncodingErrorCode
  | HttpErrorCode
  | IndexErrorCode
  | OidcErrorCode
  | PkiErrorCode
  | RekorErrorCode
  | SandboxErrorCode
  | SignErrorCode
  | TrustErrorCode
  | VerificationErrorCode;

/** What a person is told beside the message, and what a script gets. */
export interface ErrorRow {
  /** The name of the exit status. */
  readonly exit: keyof typeof EXIT;
  /** One sentence for the reference. */
  readonly meaning: string;
  /** The likely question, or what to do. */
  readonly hint?: string;
  /** Whether trying again, with nothing changed, may help. */
  readonly retry?: true;
}

export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorRow>> = {
  ERR_USAGE: {
    exit: 'usage',
    meaning: 'The command line asks for something impossible or unclear.',
    hint: '`colophon COMMAND --help` shows the options',
  },
  ERR_NO_INPUT: {
    exit: 'noInput',
    meaning: 'No file, project or version matched.',
    hint: 'is the path right, and has the build run?',
  },
  ERR_READ_FILE: {
    exit: 'malformed',
    meaning: 'A file cannot be read.',
    hint: 'does it exist, and may this user read it?',
  },
  ERR_OUTPUT_EXISTS: {
    exit: 'usage',
    meaning: 'An output file is there already; nothing was signed.',
    hint: 'keep it, remove it, or sign anew with --overwrite',
  },
  ERR_EVIDENCE_CONFLICT: {
    exit: 'malformed',
    meaning: 'Two pieces of evidence stand where one is expected; which one counts would be a guess.',
    hint: 'remove one, or name the right one with --bundle',
  },
  ERR_NO_EVIDENCE: {
    exit: 'noEvidence',
    meaning: 'There is no evidence for a file that needs some.',
    hint: 'is the file from an index? `colophon verify pypi` fetches the evidence',
  },
  ERR_CHECK_REFUSED: {
    exit: 'malformed',
    meaning: 'The index would refuse a file, so nothing was signed or sent.',
    hint: '`colophon check` lists every finding',
  },
  ERR_CREDENTIAL_MISSING: {
    exit: 'noIdentity',
    meaning: 'There is no identity token, and none can be had here.',
    hint: 'run it in a GitHub Actions job with `id-token: write`, or hand over --identity-token-file',
  },
  ERR_PUBLISHER_MISMATCH: {
    exit: 'noIdentity',
    meaning: 'This job is not the publisher that was named with --publisher.',
    hint: 'compare repository and workflow with what the index has on record',
  },
  ERR_PRIVATE_REPOSITORY: {
    exit: 'usage',
    meaning: 'The repository is not public, and signing would write its name into a public log for ever.',
    hint: 'if that is acceptable, say --allow-private',
  },
  ERR_FILE_DIFFERS: {
    exit: 'refused',
    meaning: 'The index has other bytes under this file name. Files on an index cannot be replaced.',
    hint: 'were the dists built anew? Reuse those of the first run, or release a new version',
  },
  ERR_NOT_VISIBLE: {
    exit: 'unavailable',
    meaning: 'A file was uploaded, but the index does not show it yet.',
    hint: 'run the same command again in a minute: it finishes what is missing',
    retry: true,
  },
  ERR_READ_BACK: {
    exit: 'failed',
    meaning: 'What the index serves is not what was uploaded.',
    hint: 'do not announce this release; compare the digests, and ask the index’s operators',
  },
  ERR_INTERRUPTED: { exit: 'interrupted', meaning: 'The run was interrupted; what was finished is kept.' },
  ERR_BASE64: { exit: 'malformed', meaning: 'Text is not strict base64.' },
  ERR_HEX: { exit: 'malformed', meaning: 'Text is not lower-case hexadecimal.' },
  ERR_UTF8: { exit: 'malformed', meaning: 'Bytes are not valid UTF-8.' },
  ERR_JSON: {
    exit: 'malformed',
    meaning: 'A document is not valid JSON, or names a key twice.',
    hint: 'was the file cut off, or is it something else?',
  },
  ERR_JSON_SHAPE: {
    exit: 'malformed',
    meaning: 'A JSON document does not have the shape that its format demands.',
  },
  ERR_DIST_FILENAME: {
    exit: 'malformed',
    meaning: 'A file name is not that of a wheel or an sdist.',
    hint: 'wheels are NAME-VERSION-PYTHON-ABI-PLATFORM.whl, sdists NAME-VERSION.tar.gz',
  },
  ERR_DIST_VERSION: { exit: 'malformed', meaning: 'A version is not one by PEP 440.' },
  ERR_DIST_READ: {
    exit: 'malformed',
    meaning: 'A distribution cannot be read.',
    hint: 'does it exist, and is it a plain file?',
  },
  ERR_DIST_ARCHIVE: {
    exit: 'malformed',
    meaning: 'An archive is damaged, ambiguous or dangerous.',
    hint: 'was the download or the build cut off? Build it again',
  },
  ERR_DIST_MISSING_METADATA: {
    exit: 'malformed',
    meaning: 'An archive has no METADATA or PKG-INFO where it belongs.',
    hint: 'was it built by a packaging back-end, or zipped by hand?',
  },
  ERR_DIST_METADATA: { exit: 'malformed', meaning: 'The metadata of a distribution is not valid.' },
  ERR_STATEMENT: { exit: 'malformed', meaning: 'A signed statement is not an in-toto Statement v1.' },
  ERR_BUNDLE: { exit: 'malformed', meaning: 'A document is not a valid Sigstore bundle.' },
  ERR_LOG_ENTRY: { exit: 'malformed', meaning: 'A transparency log entry is malformed.' },
  ERR_ATTESTATION: { exit: 'malformed', meaning: 'A document is not a valid PEP 740 attestation.' },
  ERR_PROVENANCE: { exit: 'malformed', meaning: 'A document is not a valid PEP 740 provenance object.' },
  ERR_CONVERSION: {
    exit: 'malformed',
    meaning: 'Evidence cannot be expressed in the other format without losing what matters.',
  },
  ERR_TRUSTED_ROOT: {
    exit: 'undecided',
    meaning: 'The trusted root is malformed, so nothing was judged.',
    hint: 'is it a trusted_root.json, whole and of this instance?',
  },
  ERR_SIGNING_CONFIG: {
    exit: 'undecided',
    meaning: 'The signing configuration is malformed, or offers no service to sign with.',
  },
  ERR_TRUST_CONFIG: { exit: 'undecided', meaning: 'The client trust configuration is malformed.' },
  ERR_PEM: { exit: 'malformed', meaning: 'Text is not PEM.' },
  ERR_CERTIFICATE: { exit: 'failed', meaning: 'A certificate is malformed.' },
  ERR_CERTIFICATE_CLAIM: {
    exit: 'failed',
    meaning: 'A claim in a certificate is malformed or contradicts another.',
  },
  ERR_CERTIFICATE_USAGE: { exit: 'failed', meaning: 'A certificate is not one for signing code.' },
  ERR_CERTIFICATE_CHAIN: {
    exit: 'failed',
    meaning: 'A certificate was not issued by an authority of the trusted root.',
    hint: 'is this evidence from another Sigstore instance? Name its root with --trusted-root',
  },
  ERR_CERTIFICATE_VALIDITY: {
    exit: 'failed',
    meaning: 'A certificate was not valid at the time of signing.',
  },
  ERR_SCT: {
    exit: 'failed',
    meaning: 'A certificate has no valid proof that it was submitted to a certificate transparency log.',
  },
  ERR_HTTP_URL: { exit: 'usage', meaning: 'A URL is not usable.' },
  ERR_HTTP_INSECURE: {
    exit: 'usage',
    meaning: 'A credential would have crossed the network in the clear.',
    hint: 'use an https URL',
  },
  ERR_HTTP_UNREACHABLE: {
    exit: 'unavailable',
    meaning: 'A server cannot be reached, or the connection broke.',
    hint: 'is a proxy needed (HTTPS_PROXY), or a firewall in the way?',
    retry: true,
  },
  ERR_HTTP_TIMEOUT: {
    exit: 'unavailable',
    meaning: 'A server did not answer in time.',
    hint: 'try again, or allow more with --time-budget',
    retry: true,
  },
  ERR_HTTP_TLS: {
    exit: 'unavailable',
    meaning: 'The TLS connection to a server failed.',
    hint: 'does a proxy re-sign TLS here? Give its authority with --ca-cert',
  },
  ERR_HTTP_TOO_LARGE: { exit: 'refused', meaning: 'An answer is larger than it can honestly be.' },
  ERR_HTTP_REDIRECT: {
    exit: 'refused',
    meaning: 'A server redirects where no redirect may be followed.',
    hint: 'is the URL right, with its slash at the end?',
  },
  ERR_HTTP_UNAVAILABLE: {
    exit: 'unavailable',
    meaning: 'A service is overloaded or broken, and stayed so for the time budget.',
    hint: 'try again later, or allow more with --time-budget',
    retry: true,
  },
  ERR_HTTP_BUDGET: {
    exit: 'unavailable',
    meaning: 'The time budget for waiting on services is used up.',
    hint: 'try again, or allow more with --time-budget',
    retry: true,
  },
  ERR_HTTP_BODY: { exit: 'malformed', meaning: 'A file changed while it was sent.' },
  ERR_HTTP_ABORTED: { exit: 'interrupted', meaning: 'A request was interrupted.' },
  ERR_INDEX_URL: {
    exit: 'usage',
    meaning: 'An index URL is not usable.',
    hint: 'pypi and testpypi are names; another index is given by its upload URL',
  },
  ERR_INDEX_AUDIENCE: {
    exit: 'refused',
    meaning: 'An index asks for a token that belongs to another service. It was not given one.',
    hint: 'is this really the index that you meant? Report it to its operators',
  },
  ERR_INDEX_UNAVAILABLE: {
    exit: 'unavailable',
    meaning: 'An index does not answer, or asks to come back later.',
    hint: 'run the same command again: it finishes what is missing',
    retry: true,
  },
  ERR_INDEX_RESPONSE: {
    exit: 'refused',
    meaning: 'An index answered something that is not what its format demands.',
    hint: 'is the URL that of a package index?',
  },
  ERR_INDEX_HTML: { exit: 'refused', meaning: 'An index has no JSON form of its pages (PEP 691).' },
  ERR_INDEX_REFUSED: {
    exit: 'refused',
    meaning: 'An index refused the upload.',
    hint: 'its own words stand above',
  },
  ERR_INDEX_FORBIDDEN: { exit: 'refused', meaning: 'An index did not accept the credential.' },
  ERR_TRUSTED_PUBLISHING_UNSUPPORTED: {
    exit: 'refused',
    meaning: 'The index does not offer trusted publishing.',
  },
  ERR_TRUSTED_PUBLISHING_DISABLED: {
    exit: 'refused',
    meaning: 'The index has switched trusted publishing off.',
  },
  ERR_TRUSTED_PUBLISHING_REFUSED: {
    exit: 'refused',
    meaning: 'The index knows no publisher that matches this job’s identity.',
    hint: 'compare owner, repository, workflow file and environment with the publisher on the index, letter by letter',
  },
  ERR_UPLOAD_FILE: { exit: 'malformed', meaning: 'A file to upload cannot be read, or changed meanwhile.' },
  ERR_UPLOAD_ATTESTATIONS: {
    exit: 'malformed',
    meaning: 'A set of attestations is one that no index takes.',
    hint: 'at most one of each type: publish and SLSA provenance',
  },
  ERR_FILE_EXISTS: {
    exit: 'refused',
    meaning: 'The index has a file of this name, or these bytes under another name.',
    hint: 'release a new version: files on an index cannot be replaced',
  },
  ERR_PROJECT_NAME: { exit: 'malformed', meaning: 'A project name is not one by PEP 508.' },
  ERR_PROJECT_NOT_FOUND: {
    exit: 'noInput',
    meaning: 'The index does not know the project.',
    hint: 'is the name right, and the index?',
  },
  ERR_FILE_NOT_FOUND: {
    exit: 'unavailable',
    meaning: 'The index lists a file that it does not serve.',
    retry: true,
  },
  ERR_FILE_DIGEST: {
    exit: 'failed',
    meaning: 'Downloaded bytes do not have the digest that the index lists.',
    hint: 'do not use the file',
  },
  ERR_FILE_SIZE: {
    exit: 'failed',
    meaning: 'A download is larger or smaller than listed.',
    hint: 'do not use the file',
  },
  ERR_FILE_WRITE: {
    exit: 'malformed',
    meaning: 'A download cannot be stored.',
    hint: 'is there space, and may this user write there?',
  },
  ERR_TOKEN_MALFORMED: { exit: 'noIdentity', meaning: 'An identity token is not one.' },
  ERR_TOKEN_EXPIRED: {
    exit: 'noIdentity',
    meaning: 'An identity token has expired.',
    hint: 'tokens live for minutes: request it in the step that uses it',
  },
  ERR_TOKEN_EARLY: {
    exit: 'noIdentity',
    meaning: 'An identity token is not valid yet.',
    hint: 'is this machine’s clock right?',
  },
  ERR_TOKEN_AUDIENCE: {
    exit: 'noIdentity',
    meaning: 'An identity token is meant for another service.',
    hint: 'request one with the audience sigstore',
  },
  ERR_TOKEN_IDENTITY: {
    exit: 'noIdentity',
    meaning: 'An identity token names no identity that a certificate could carry.',
  },
  ERR_TOKEN_PERMISSION: {
    exit: 'noIdentity',
    meaning: 'The CI job may not request identity tokens.',
    hint: 'is the `id-token: write` permission missing? Jobs of forks never have it',
  },
  ERR_TOKEN_SERVICE: { exit: 'noIdentity', meaning: 'The CI provider’s token service refused.', retry: true },
  ERR_REKOR_REFUSED: { exit: 'refused', meaning: 'The transparency log refused the entry.' },
  ERR_REKOR_ANSWER: {
    exit: 'refused',
    meaning: 'The transparency log answered something else than an entry.',
  },
  ERR_REKOR_ENTRY: {
    exit: 'failed',
    meaning: 'The transparency log answered with an entry that is not ours.',
  },
  ERR_SANDBOX_BODY_SIZE: { exit: 'bug', meaning: 'A request to the sandbox was larger than it takes.' },
  ERR_SANDBOX_LISTEN: {
    exit: 'unavailable',
    meaning: 'The sandbox cannot listen on loopback.',
    hint: 'may this process open sockets on 127.0.0.1?',
  },
};
