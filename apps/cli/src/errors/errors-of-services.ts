// SPDX-License-Identifier: Apache-2.0
import type { HttpErrorCode } from '@colophon/http';
import type { OidcErrorCode } from '@colophon/oidc';
import type { IndexErrorCode } from '@colophon/pypi';
import type { RekorErrorCode } from '@colophon/rekor';
import type { SandboxErrorCode } from '@colophon/sandbox';
import type { SignErrorCode } from '@colophon/sign';
import { row, type ErrorRow } from './error-row.ts';

/** Failures between us and the services: token issuers, Fulcio, Rekor, indexes. */
export const ERRORS_OF_SERVICES: Readonly<
  Record<
    HttpErrorCode | IndexErrorCode | OidcErrorCode | RekorErrorCode | SandboxErrorCode | SignErrorCode,
    ErrorRow
  >
> = {
  ERR_HTTP_URL: row('usage', 'A URL is not usable.'),
  ERR_HTTP_INSECURE: row(
    'usage',
    'A credential would have crossed the network in the clear.',
    'use an https URL',
  ),
  ERR_HTTP_UNREACHABLE: row.retry(
    'unavailable',
    'A server cannot be reached, or the connection broke.',
    'is a proxy needed (HTTPS_PROXY), or a firewall in the way?',
  ),
  ERR_HTTP_TIMEOUT: row.retry(
    'unavailable',
    'A server did not answer in time.',
    'try again, or allow more with --time-budget',
  ),
  ERR_HTTP_TLS: row(
    'unavailable',
    'The TLS connection to a server failed.',
    'does a proxy re-sign TLS here? Give its authority with --ca-cert',
  ),
  ERR_HTTP_TOO_LARGE: row('refused', 'An answer is larger than it can honestly be.'),
  ERR_HTTP_REDIRECT: row(
    'refused',
    'A server redirects where no redirect may be followed.',
    'is the URL right, with its slash at the end?',
  ),
  ERR_HTTP_UNAVAILABLE: row.retry(
    'unavailable',
    'A service is overloaded or broken, and stayed so for the time budget.',
    'try again later, or allow more with --time-budget',
  ),
  ERR_HTTP_BUDGET: row.retry(
    'unavailable',
    'The time budget for waiting on services is used up.',
    'try again, or allow more with --time-budget',
  ),
  ERR_HTTP_BODY: row('malformed', 'A file changed while it was sent.'),
  ERR_HTTP_ABORTED: row('interrupted', 'A request was interrupted.'),
  ERR_INDEX_URL: row(
    'usage',
    'An index URL is not usable.',
    'pypi and testpypi are names; another index is given by its upload URL',
  ),
  ERR_INDEX_AUDIENCE: row(
    'refused',
    'An index asks for a token that belongs to another service. It was not given one.',
    'is this really the index that you meant? Report it to its operators',
  ),
  ERR_INDEX_UNAVAILABLE: row.retry(
    'unavailable',
    'An index does not answer, or asks to come back later.',
    'run the same command again: it finishes what is missing',
  ),
  ERR_INDEX_RESPONSE: row(
    'refused',
    'An index answered something that is not what its format demands.',
    'is the URL that of a package index?',
  ),
  ERR_INDEX_HTML: row('refused', 'An index has no JSON form of its pages (PEP 691).'),
  ERR_INDEX_REFUSED: row('refused', 'An index refused the upload.', 'its own words stand above'),
  ERR_INDEX_FORBIDDEN: row('refused', 'An index did not accept the credential.'),
  ERR_TRUSTED_PUBLISHING_UNSUPPORTED: row('refused', 'The index does not offer trusted publishing.'),
  ERR_TRUSTED_PUBLISHING_DISABLED: row('refused', 'The index has switched trusted publishing off.'),
  ERR_TRUSTED_PUBLISHING_REFUSED: row(
    'refused',
    'The index knows no publisher that matches this job’s identity.',
    'compare owner, repository, workflow file and environment with the publisher on the index, letter by letter',
  ),
  ERR_UPLOAD_FILE: row('malformed', 'A file to upload cannot be read, or changed meanwhile.'),
  ERR_UPLOAD_ATTESTATIONS: row(
    'malformed',
    'A set of attestations is one that no index takes.',
    'at most one of each type: publish and SLSA provenance',
  ),
  ERR_FILE_EXISTS: row(
    'refused',
    'The index has a file of this name, or these bytes under another name.',
    'was it this very file, sent a moment ago? The same command finishes then; else release a new version: files on an index cannot be replaced',
  ),
  ERR_PROJECT_NAME: row('malformed', 'A project name is not one by PEP 508.'),
  ERR_PROJECT_NOT_FOUND: row(
    'noInput',
    'The index does not know the project.',
    'is the name right, and the index?',
  ),
  ERR_FILE_NOT_FOUND: row.retry('unavailable', 'The index lists a file that it does not serve.'),
  ERR_FILE_DIGEST: row(
    'failed',
    'Downloaded bytes do not have the digest that the index lists.',
    'do not use the file',
  ),
  ERR_FILE_SIZE: row('failed', 'A download is larger or smaller than listed.', 'do not use the file'),
  ERR_FILE_WRITE: row(
    'malformed',
    'A download cannot be stored.',
    'is there space, and may this user write there?',
  ),
  ERR_PYPIRC: row(
    'malformed',
    'A .pypirc cannot be read as the configuration file that it should be.',
    'sections stand in [brackets], options are NAME = VALUE; the line is named above',
  ),
  ERR_TOKEN_MALFORMED: row('noIdentity', 'An identity token is not one.'),
  ERR_TOKEN_EXPIRED: row(
    'noIdentity',
    'An identity token has expired.',
    'tokens live for minutes: request it in the step that uses it',
  ),
  ERR_TOKEN_EARLY: row('noIdentity', 'An identity token is not valid yet.', 'is this machine’s clock right?'),
  ERR_TOKEN_AUDIENCE: row(
    'noIdentity',
    'An identity token is meant for another service.',
    'request one with the audience sigstore',
  ),
  ERR_TOKEN_IDENTITY: row(
    'noIdentity',
    'An identity token names no identity that a certificate could carry.',
  ),
  ERR_TOKEN_SIGNATURE: row(
    'noIdentity',
    'An identity token was not signed by the issuer that it names, so nothing can be said by its claims.',
    'was it changed, or made up?',
  ),
  ERR_TOKEN_KEYS: row.retry('unavailable', 'The keys of an identity token’s issuer cannot be used.'),
  ERR_TOKEN_PERMISSION: row(
    'noIdentity',
    'The CI job may not request identity tokens.',
    'on GitHub, is `id-token: write` missing (jobs of forks never have it)? On GitLab, the `id_tokens:` block?',
  ),
  ERR_TOKEN_SERVICE: row.retry('noIdentity', 'The CI provider’s token service refused.'),
  ERR_LOGIN_ISSUER: row(
    'noIdentity',
    'An issuer cannot be logged in at: its description is not usable, or lacks what a login needs.',
    'is --oidc-issuer (or the signing configuration) right, letter by letter?',
  ),
  ERR_LOGIN_ANSWER: row(
    'noIdentity',
    'An issuer answered a login with something that is no token for this program.',
    'is --oidc-client-id one that this issuer knows?',
  ),
  ERR_LOGIN_DENIED: row('noIdentity', 'A login was refused.', 'run it again, and allow it on the page'),
  ERR_LOGIN_TIMEOUT: row.retry(
    'noIdentity',
    'Nobody logged in in time.',
    'run it again; where no browser of this machine is at hand, say --oauth-force-oob',
  ),
  ERR_REKOR_REFUSED: row('refused', 'The transparency log refused the entry.'),
  ERR_REKOR_ANSWER: row('refused', 'The transparency log answered something else than an entry.'),
  ERR_REKOR_DUPLICATE: row.retry(
    'unavailable',
    'The transparency log has this signature already, and gives out no entry again.',
    'run the same command again: every run makes a fresh signature',
  ),
  ERR_REKOR_FROZEN: row(
    'refused',
    'The transparency log takes no entries any more.',
    'the signing configuration is out of date: get the current one of this instance',
  ),
  ERR_REKOR_ENTRY: row('failed', 'The transparency log answered with an entry that is not ours.'),
  ERR_FULCIO_REFUSED: row(
    'refused',
    'The certificate authority refused a certificate.',
    'is the token for this instance of Sigstore, and still valid?',
  ),
  ERR_FULCIO_ANSWER: row('refused', 'The certificate authority answered something else than a certificate.'),
  ERR_FULCIO_CERTIFICATE: row(
    'failed',
    'The certificate authority’s certificate is not the one that was asked for, or not one to trust.',
    'do the trusted root and the services belong to one instance?',
  ),
  ERR_TSA_REFUSED: row('refused', 'The timestamp authority grants no timestamp.'),
  ERR_TSA_ANSWER: row('refused', 'The timestamp authority answered something else than a timestamp.'),
  ERR_TSA_TIMESTAMP: row(
    'failed',
    'The timestamp authority’s timestamp is not for our request, or not of the certificate’s time. Nothing was logged.',
    'are the clocks of the services right, and does a proxy keep old answers?',
  ),
  ERR_SIGN_LATE: row(
    'failed',
    'The transparency log took a signature at a time when its certificate had ended.',
    'are the clocks of the services right? A run of the same command makes a fresh signature',
  ),
  ERR_SIGN_FILE: row('malformed', 'A file to sign cannot be read.', 'does it exist, and is it a plain file?'),
  ERR_SIGN_INTERRUPTED: row('interrupted', 'The run was interrupted while a file was read.'),
  ERR_PROVENANCE_CLAIMS: row(
    'noIdentity',
    'Build provenance needs the token of a CI job of GitHub Actions or GitLab; nothing was signed.',
    'sign in that job, or give a predicate of your own with --predicate FILE',
  ),
  ERR_PROVENANCE_CERTIFICATE: row(
    'failed',
    'The certificate says something else of the build than the identity token.',
    'do the token and the services belong together?',
  ),
  ERR_SIGNED_BUNDLE: row('bug', 'What was put together is not what was signed.'),
  ERR_SANDBOX_BODY_SIZE: row('bug', 'A request to the sandbox was larger than it takes.'),
  ERR_SANDBOX_LISTEN: row(
    'unavailable',
    'The sandbox cannot listen on loopback.',
    'may this process open sockets on 127.0.0.1?',
  ),
};
