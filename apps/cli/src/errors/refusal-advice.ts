// SPDX-License-Identifier: Apache-2.0
import type { FindingCode } from '@colophon/dist';
import type { RefusalReason } from '@colophon/pypi';
import { FINDING_ADVICE } from '../checking/finding-advice.ts';

const ROW =
  'compare it with the publisher on the index, letter by letter; `colophon doctor` lays both side by side';

/** What to make of a refusal that `check` cannot foresee: a reason without a row does not compile. */
export const REFUSAL_ADVICE: Readonly<Record<Exclude<RefusalReason, FindingCode>, string>> = {
  'uploads-disabled':
    'the index takes no uploads for the moment, from nobody; its status page says why. Run the same command again later',
  'authentication-missing':
    'the token is unknown to this index: is it whole, of this index and not of the other (pypi, testpypi), and not revoked?',
  'password-refused':
    'PyPI takes no passwords: publish from CI by trusted publishing, or use an API token with the user name __token__',
  'upload-form':
    'the index did not understand the form, though it is PyPI’s: is the URL that of another kind of index?',
  'digest-mismatch':
    'the file changed on its way: does a proxy rewrite uploads here? Try again from another network',
  'project-unknown-to-publisher':
    'the project is not there, and a publisher cannot found one: the name in the metadata must be that of the (pending) publisher on the index',
  'project-name-alike':
    'the name looks like that of an existing project (l, i and 1; o and 0; -, _ and . count as alike): choose another',
  'project-name-standard-library': 'the name is a module of Python’s standard library: choose another',
  'project-name-prohibited':
    'the name was taken out of use by the index’s operators: choose another, or ask them',
  'registration-disabled': 'the index founds no new projects for the moment; uploads to existing ones go on',
  'too-many-projects':
    'a user may found twenty projects an hour, a network address forty: wait, then run the same command again',
  'upload-not-allowed':
    'whose token is it, and is that account a maintainer of the project? A project that is archived or in quarantine takes no uploads either',
  'token-expired':
    'an upload token lives for fifteen minutes: run the same command again, which gets a new one',
  'token-scope':
    'the token is for other projects: use one for this project, or add this project to the publisher on the index',
  'token-invalid': 'the token has a limit that this upload breaks: its time, its project or its owner',
  'email-unverified': 'the owner of the token has to confirm an e-mail address on the index first',
  'two-factor-missing': 'the owner of the token has to set up two-factor authentication on the index first',
  'organization-inactive':
    'the organization that owns the project is not active: its owners have to see to that on the index',
  'project-size': 'delete old pre-releases on the index, or ask PyPI for more room for the project',
  'file-exists':
    'files on an index cannot be replaced: release a new version, or reuse the files of the first build',
  'filename-reuse': 'the file was deleted, and its name stays used for ever: release a new version',
  'release-closed':
    'PyPI closes a release 14 days after its first file: release a new version with all of its files',
  'attestations-need-publisher':
    'attestations are taken with trusted publishing alone: publish from CI without a password or API token, or send none with --attestations off',
  'attestations-publisher-kind':
    'the index takes no attestations of this kind of publisher: --attestations off sends none',
  'attestations-malformed':
    'were the attestation files edited, or made by another tool? Sign again with --overwrite',
  'attestations-empty':
    'the index wants at least one attestation where the field is sent: sign again with --overwrite',
  'attestations-too-many':
    'at most one publish and one SLSA provenance attestation go with a file: remove the others',
  'attestation-unverified':
    'the attestation is not by the publisher that uploads, or not of this file: sign and upload in one job, and compare repository, workflow and environment with the publisher on the index',
  'attestation-unreadable':
    'the index could not take the certificate or log entry apart: is it of the public Sigstore, and logged in Rekor v1?',
  'attestation-type':
    'the index takes publish and SLSA provenance attestations: keep others out of the upload',
  'attestation-twice': 'two attestations of one type lie beside the file: remove one',
  'mint-disabled': 'the index has switched trusted publishing for this provider off for the moment',
  'mint-malformed': 'the index could not read the identity token: is it the one of this job, whole?',
  'mint-issuer-unknown':
    'the index does not take identities of this provider; self-managed ones have to be registered with it',
  'mint-project-not-founded':
    'the pending publisher is right, but its project cannot be founded: the name is taken, alike or prohibited. Choose another on the index',
  'mint-token-invalid':
    'the identity token is expired, not yet valid, or meant for another audience: is this machine’s clock right?',
  'mint-token-reused':
    'the index takes an identity token once: run the same command again, which gets a fresh one (on GitLab, in a new job)',
  'mint-project-exists':
    'the project of the pending publisher exists by now: add the publisher to the project itself',
  'mint-claim-missing':
    'the identity token lacks something that the publisher is known by: was it requested by this CI job itself?',
  'mint-claim-differs': `a claim of this job is not what the publisher says: ${ROW}`,
  'mint-reusable-workflow':
    'the job runs in a reusable workflow: PyPI wants the workflow that publishes to be in the publisher’s own repository and to be the one on record. Upload from the calling workflow',
  'mint-pull-request-target':
    'PyPI does not let a workflow publish that pull_request_target started: publish on a tag, a release or by hand',
  'mint-workflow-name': 'the token names no workflow file: was it requested by a GitHub Actions job?',
  'mint-issuer-differs': 'the publisher on the index is of another provider than this job',
  'mint-publisher-unknown': `no publisher on the index has this owner, repository, workflow file and environment: ${ROW}`,
};

/** Advice about one refusal of an index, and the name of its section in the reference. */
export function refusalAdvice(reason: unknown): string | undefined {
  if (typeof reason !== 'string') return undefined;
  const table: Readonly<Record<string, string>> = { ...FINDING_ADVICE, ...REFUSAL_ADVICE };
  return Object.hasOwn(table, reason) ? table[reason] : undefined;
}
