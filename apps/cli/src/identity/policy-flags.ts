// SPDX-License-Identifier: Apache-2.0
import { FULCIO_CLAIM_NAMES, type FulcioClaimName } from '@colophon/pki';
import type { CertificatePolicy, Circumstances, IdentityPolicy, KeyPolicy } from '@colophon/verify';
import { usageError } from '../cli-error.ts';
import type { Arguments } from '../options/arguments.ts';
import { readPredicateTypes } from './predicate-type.ts';
import {
  parsePublisher,
  parseRepository,
  parseServiceAccount,
  type PublisherText,
} from './publisher-text.ts';

/** A signer whose name matches a glob (see identity-pattern.ts), vouched for by exactly this issuer. */
export interface IdentityPatternPolicy extends Circumstances {
  readonly kind: 'identity-pattern';
  readonly pattern: string;
  readonly issuer: string;
}

/** What one signer may be. */
export type DemandedPolicy = CertificatePolicy | IdentityPatternPolicy | KeyPolicy;

/** As the verifier's Policies, with patterns, which depend on the evidence. */
export interface Demand {
  readonly anyOf: readonly [DemandedPolicy, ...DemandedPolicy[]];
  readonly predicateTypes?: readonly string[];
}

/** What the identity flags demand: evidence counts only when every one of these is met. */
export type Demands = readonly [Demand, ...Demand[]];

export interface DemandOptions {
  /** Demanded where the user demands no type. */
  readonly predicateTypes?: readonly string[];
  /** The key of `--key`, read; undefined where it was not given, and absent where there is no such option. */
  readonly key?: KeyPolicy | undefined;
}

const NO_IDENTITY =
  'whose evidence counts? Demand an identity: --publisher github:OWNER/NAME/WORKFLOW, --repository with ' +
  '--workflow, --service-account, or --cert-identity with --cert-oidc-issuer';
const ABOUT_CERTIFICATES = [
  'publisher',
  'repository',
  'workflow',
  'service-account',
  'cert-identity',
  'cert-identity-pattern',
  'cert-oidc-issuer',
  'ref',
  'sha',
  'trigger',
  'environment',
  'signer-workflow',
  'deny-self-hosted',
  'claim',
] as const;
const WORKFLOW_FILE = /^[A-Za-z0-9_.-]+\.ya?ml$/;
const CI_FILE = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;
// GitLab has two slashes before the path of the file.
const SIGNER_WORKFLOW = /^[^\s/@]+\/[^\s/@]+(?:\/{1,2}[^\s/@]+)+(?:@\S+)?$/;
const PLACEHOLDER = /\{(?!version\}|name\})[A-Za-z_]*\}/;

/**
 * Reads the identity flags. A flag that may be repeated accepts any of its values; different flags must all hold.
 * @throws CliError ERR_USAGE when nobody is demanded, or the flags contradict each other
 */
export function readDemands(args: Arguments, options: DemandOptions = {}): Demands {
  const { predicateTypes, key } = options;
  const types = readPredicateTypes(args) ?? predicateTypes;
  if (key !== undefined) return [keyDemand(args, key, types)];
  const circumstances = readCircumstances(args);
  const groups = [
    publishers(args, 'publisher', parsePublisher),
    publishers(args, 'repository', parseRepository),
    serviceAccount(args),
    identities(args, 'cert-identity', (identity, issuer) => ({ kind: 'identity', identity, issuer })),
    identities(args, 'cert-identity-pattern', (pattern, issuer) => ({
      kind: 'identity-pattern',
      pattern,
      issuer,
    })),
  ].filter((group) => group.length > 0);
  if (
    args.texts('cert-oidc-issuer').length > 0 &&
    !groups.flat().some(({ kind }) => kind.startsWith('identity'))
  )
    throw usageError('--cert-oidc-issuer needs --cert-identity or --cert-identity-pattern');
  const [first, ...others] = withWorkflow(groups, args.text('workflow')).map((group) =>
    toDemand(group, circumstances, types),
  );
  if (first === undefined) throw usageError('key' in options ? `${NO_IDENTITY}, or a --key` : NO_IDENTITY);
  return [first, ...others];
}

// A key says nothing of who holds it, where and when: what is demanded beside it could not hold.
function keyDemand(args: Arguments, key: KeyPolicy, predicateTypes: readonly string[] | undefined): Demand {
  const given = ABOUT_CERTIFICATES.find((name) => args.has(name));
  if (given !== undefined) throw usageError(`--key and --${given} exclude each other: a key has no identity`);
  return { anyOf: [key], ...(predicateTypes === undefined ? {} : { predicateTypes }) };
}

type SignerPolicy = CertificatePolicy | IdentityPatternPolicy;

function toDemand(
  group: readonly SignerPolicy[],
  circumstances: Circumstances,
  predicateTypes: readonly string[] | undefined,
): Demand {
  const [first, ...others] = group.map((policy) => ({ ...policy, ...circumstances }));
  if (first === undefined) throw new TypeError('a group of policies must not be empty');
  return { anyOf: [first, ...others], ...(predicateTypes === undefined ? {} : { predicateTypes }) };
}

function publishers(args: Arguments, flag: string, parse: (text: string) => PublisherText): SignerPolicy[] {
  return args.texts(flag).map(parse);
}

function serviceAccount(args: Arguments): SignerPolicy[] {
  const email = args.text('service-account');
  return email === undefined ? [] : [parseServiceAccount(email)];
}

/** Identities and issuers pair by position, or share one issuer; they never combine crosswise. */
function identities(
  args: Arguments,
  flag: 'cert-identity' | 'cert-identity-pattern',
  policy: (name: string, issuer: string) => IdentityPolicy | IdentityPatternPolicy,
): SignerPolicy[] {
  const names = args.texts(flag);
  const issuers = args.texts('cert-oidc-issuer');
  if (names.length === 0) return [];
  if (issuers.length === 0) throw usageError(`--${flag} needs --cert-oidc-issuer`);
  if (issuers.length !== 1 && issuers.length !== names.length)
    throw usageError(
      `${names.length} times --${flag} and ${issuers.length} times --cert-oidc-issuer: give one issuer for all, or one for each`,
    );
  return names.map((name, index) =>
    policy(name, (issuers.length === 1 ? issuers[0] : issuers[index]) as string),
  );
}

/** Adds `--workflow` to every publisher that has workflows, of which there must be one. */
function withWorkflow(
  groups: readonly (readonly SignerPolicy[])[],
  workflow: string | undefined,
): SignerPolicy[][] {
  if (workflow === undefined) return groups.map((group) => [...group]);
  if (!groups.flat().some(({ kind }) => kind === 'GitHub' || kind === 'GitLab'))
    throw usageError('--workflow needs --repository, or --publisher on GitHub or GitLab');
  return groups.map((group) => group.map((policy) => addWorkflow(policy, workflow)));
}

function addWorkflow(policy: SignerPolicy, workflow: string): SignerPolicy {
  switch (policy.kind) {
    case 'GitHub':
      assertWorkflow(policy.workflow, workflow, WORKFLOW_FILE);
      return { ...policy, workflow };
    case 'GitLab':
      assertWorkflow(policy.workflowFilepath, workflow, CI_FILE);
      return { ...policy, workflowFilepath: workflow };
    case 'identity':
    case 'identity-pattern':
      return policy;
    default:
      throw usageError(`--workflow: a publisher of the kind ${policy.kind} has none`);
  }
}

function assertWorkflow(own: string | undefined, workflow: string, shape: RegExp): void {
  if (own !== undefined && own !== workflow)
    throw usageError(`--publisher names the workflow ${own}, but --workflow is ${workflow}`);
  if (shape.test(workflow)) return;
  const wanted =
    shape === WORKFLOW_FILE
      ? 'a file name below .github/workflows, such as release.yml'
      : 'the path of a CI definition, such as .gitlab-ci.yml';
  throw usageError(`--workflow ${workflow}: expected ${wanted}`);
}

function readCircumstances(args: Arguments): Circumstances {
  const ref = args.text('ref');
  const placeholder = PLACEHOLDER.exec(ref ?? '')?.[0];
  if (placeholder !== undefined)
    throw usageError(`--ref ${ref}: ${placeholder} is not known; {version} and {name} are`);
  const signerWorkflow = args.text('signer-workflow');
  if (signerWorkflow !== undefined && !SIGNER_WORKFLOW.test(signerWorkflow))
    throw usageError(`--signer-workflow ${signerWorkflow}: expected [HOST/]OWNER/NAME/PATH[@REF]`);
  const sha = readCommit(args.text('sha'));
  const [trigger, environment] = [args.text('trigger'), args.text('environment')];
  const claims = readClaims(args);
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(sha === undefined ? {} : { sha }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(environment === undefined ? {} : { environment }),
    ...(signerWorkflow === undefined ? {} : { signerWorkflow }),
    ...(args.flag('deny-self-hosted') ? { denySelfHosted: true } : {}),
    ...(claims === undefined ? {} : { claims }),
  };
}

// An abbreviated commit could be anybody's with some work.
function readCommit(text: string | undefined): string | undefined {
  if (text === undefined || /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return text?.toLowerCase();
  throw usageError(`--sha ${text}: expected a whole commit hash of 40 or 64 hexadecimal digits`);
}

function readClaims(args: Arguments): Circumstances['claims'] | undefined {
  const claims = new Map<FulcioClaimName, string>();
  for (const text of args.texts('claim')) {
    const [, name, value] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw usageError(`--claim ${text}: expected NAME=VALUE`);
    const known = FULCIO_CLAIM_NAMES.find((candidate) => candidate === name);
    if (known === undefined)
      throw usageError(`--claim ${name}: there is no such claim; known are ${FULCIO_CLAIM_NAMES.join(', ')}`);
    if (claims.has(known)) throw usageError(`--claim ${name} was given twice`);
    claims.set(known, value);
  }
  return claims.size === 0 ? undefined : Object.fromEntries(claims);
}
