// SPDX-License-Identifier: Apache-2.0
import { KeyObject } from 'node:crypto';
import { FULCIO_CLAIM_NAMES, type FulcioClaimName, type ValidityPeriod } from '@colophon/pki';
import { schemeOf } from './signing-key.ts';

/** What may be demanded beside the signer. All that is given must hold; a claim that the certificate lacks does not. */
export interface Circumstances {
  /** The git ref (.14), whole. `{version}` and `{name}` stand for the distribution's, by PEP 440 and PEP 503. */
  readonly ref?: string;
  /** The commit (.13). */
  readonly sha?: string;
  /** The event that started the build (.20). */
  readonly trigger?: string;
  /** The deployment environment (.23), which older certificates do not name. */
  readonly environment?: string;
  /** The workflow that ran, where another one called it (.9): `[HOST/]OWNER/NAME/PATH[@REF]`. */
  readonly signerWorkflow?: string;
  /** Demands a runner of the host (.11). */
  readonly denySelfHosted?: boolean;
  /** Any of Fulcio's claims .9 to .24, exactly. */
  readonly claims?: Readonly<Partial<Record<FulcioClaimName, string>>>;
}

/** A signer by the name in the certificate and the issuer that vouched for it, both exactly. */
export interface IdentityPolicy extends Circumstances {
  readonly kind: 'identity';
  readonly identity: string;
  readonly issuer: string;
}

/** A GitHub repository `OWNER/NAME`, compared without case; `workflow` is the file of the calling workflow. */
export interface GitHubPolicy extends Circumstances {
  readonly kind: 'GitHub';
  readonly repository: string;
  readonly workflow?: string;
}

/** A project on gitlab.com, `NAMESPACE/…/PROJECT`; `workflowFilepath` is the path of its CI definition. */
export interface GitLabPolicy extends Circumstances {
  readonly kind: 'GitLab';
  readonly repository: string;
  readonly workflowFilepath?: string;
}

/** A Google service account. */
export interface GooglePolicy extends Circumstances {
  readonly kind: 'Google';
  readonly email: string;
}

/** A project on CircleCI; `vcsOrigin` has no scheme ("github.com/org/repo"), `vcsRef` is a whole git ref. */
export interface CircleCiPolicy extends Circumstances {
  readonly kind: 'CircleCI';
  readonly projectId: string;
  readonly pipelineDefinitionId: string;
  readonly vcsOrigin?: string;
  readonly vcsRef?: string;
}

/**
 * A key that the user manages: P-256, P-384, P-521, RSA of 2048 bits or more, or Ed25519. It meets a bundle that hints
 * at a key, never one with a certificate. There is nothing else to demand of a key.
 */
export interface KeyPolicy {
  readonly kind: 'key';
  readonly publicKey: KeyObject;
  /** The hint that the bundle must give; any will do without it. */
  readonly hint?: string;
  /** When the key was in use, both ends inclusive. With it the time of the signature must be proved. */
  readonly validFor?: ValidityPeriod;
}

/** A policy about the owner of a certificate. */
export type CertificatePolicy = IdentityPolicy | GitHubPolicy | GitLabPolicy | GooglePolicy | CircleCiPolicy;
export type Policy = CertificatePolicy | KeyPolicy;

/** Whose evidence counts. There is no way to demand nobody: a policy that is forgotten must not become a pass. */
export interface Policies {
  readonly anyOf: readonly [Policy, ...Policy[]];
  /** Each of these types must be attested. Without it one piece of a publish or SLSA statement or a message signature is. */
  readonly predicateTypes?: readonly string[];
}

const CIRCUMSTANCES = [
  'ref',
  'sha',
  'trigger',
  'environment',
  'signerWorkflow',
  'denySelfHosted',
  'claims',
] as const;

const SIGNERS: Readonly<
  Record<CertificatePolicy['kind'], { required: readonly string[]; optional: readonly string[] }>
> = {
  identity: { required: ['identity', 'issuer'], optional: [] },
  GitHub: { required: ['repository'], optional: ['workflow'] },
  GitLab: { required: ['repository'], optional: ['workflowFilepath'] },
  Google: { required: ['email'], optional: [] },
  CircleCI: { required: ['projectId', 'pipelineDefinitionId'], optional: ['vcsOrigin', 'vcsRef'] },
};

const MIN_RSA_BITS = 2048;
const REPOSITORY = /^[^\s/@]+(?:\/[^\s/@]+)+$/;

/**
 * Holds the policies to their types at run time, where a misspelt key or an empty text would silently demand less.
 * @throws TypeError
 */
export function assertPolicies(policies: Policies): void {
  const { anyOf, predicateTypes = [] } = policies;
  if (!Array.isArray(anyOf) || anyOf.length === 0) throw new TypeError('at least one policy is needed');
  if (predicateTypes.some((type) => !isText(type))) throw new TypeError('a predicate type must be a text');
  if ('predicateTypes' in policies && policies.predicateTypes?.length === 0)
    throw new TypeError('a list of demanded predicate types must not be empty');
  for (const policy of anyOf) assertPolicy(policy);
}

function assertPolicy(policy: Policy): void {
  if (policy.kind === 'key') assertKeyPolicy(policy);
  else assertCertificatePolicy(policy);
}

function assertKeyPolicy({ kind: _kind, publicKey, hint, validFor, ...others }: KeyPolicy): void {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new TypeError(`a policy of a key has no ${other}`);
  if (!(publicKey instanceof KeyObject) || publicKey.type !== 'public')
    throw new TypeError('a policy of a key needs its publicKey');
  const { modulusLength = MIN_RSA_BITS } = publicKey.asymmetricKeyDetails ?? {};
  const { algorithms } = schemeOf({ publicKey });
  if (algorithms.length === 0 || modulusLength < MIN_RSA_BITS)
    throw new TypeError('the key of a policy is of a type or size that is not supported');
  if (hint !== undefined && !isText(hint))
    throw new TypeError('the hint of a policy must be a text that is not empty');
  for (const time of [validFor?.start, validFor?.end])
    if (time !== undefined && Number.isNaN(time.getTime()))
      throw new TypeError('the window of a key must be of valid dates');
}

function assertCertificatePolicy(policy: CertificatePolicy): void {
  if (!Object.hasOwn(SIGNERS, policy.kind)) throw new TypeError('a policy is of no known kind');
  const { required, optional } = SIGNERS[policy.kind];
  const known = new Set<string>(['kind', ...required, ...optional, ...CIRCUMSTANCES]);
  for (const [key, value] of Object.entries(policy)) {
    if (!known.has(key)) throw new TypeError(`a policy has no ${key}`);
    if (value !== undefined && key !== 'denySelfHosted' && key !== 'claims' && !isText(value))
      throw new TypeError(`the ${key} of a policy must be a text that is not empty`);
  }
  for (const key of required)
    if (!isText((policy as unknown as Record<string, unknown>)[key]))
      throw new TypeError(`a policy needs its ${key}`);
  assertRepository(policy);
  assertCircumstances(policy);
}

function assertRepository(policy: CertificatePolicy): void {
  if (policy.kind !== 'GitHub' && policy.kind !== 'GitLab') return;
  const parts = policy.repository.split('/').length;
  if (!REPOSITORY.test(policy.repository) || (policy.kind === 'GitHub' && parts !== 2))
    throw new TypeError('the repository of a policy must be its path, such as OWNER/NAME');
}

function assertCircumstances({ claims = {}, denySelfHosted, signerWorkflow }: Circumstances): void {
  if (denySelfHosted !== undefined && typeof denySelfHosted !== 'boolean')
    throw new TypeError('denySelfHosted must be true or false');
  for (const [name, value] of Object.entries(claims)) {
    if (!FULCIO_CLAIM_NAMES.includes(name as FulcioClaimName))
      throw new TypeError(`there is no claim ${name}`);
    if (!isText(value)) throw new TypeError(`the demanded claim ${name} must be a text that is not empty`);
  }
  if (signerWorkflow !== undefined && signerWorkflow.split('@', 1).join('').split('/').length < 3)
    throw new TypeError('the signer workflow of a policy must be [HOST/]OWNER/NAME/PATH[@REF]');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
