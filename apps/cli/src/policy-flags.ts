// SPDX-License-Identifier: Apache-2.0
import { PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE } from '@colophon/attestation';
import { FULCIO_CLAIM_NAMES, type FulcioClaimName } from '@colophon/pki';
import type { Circumstances, IdentityPolicy, Policies, Policy } from '@colophon/verify';
import { usageError } from './cli-error.ts';
import type { Arguments } from './options/arguments.ts';
import { parsePublisher, parseRepository, type PublisherText } from './publisher-text.ts';

/** What the identity flags demand: evidence counts only when every one of these is met. */
export type Demands = readonly [Policies, ...Policies[]];

const NO_IDENTITY =
  'whose evidence counts? Demand an identity: --publisher github:OWNER/NAME/WORKFLOW, --repository with ' +
  '--workflow, --service-account, or --cert-identity with --cert-oidc-issuer';
const WORKFLOW_FILE = /^[A-Za-z0-9_.-]+\.ya?ml$/;
const CI_FILE = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;
const SIGNER_WORKFLOW = /^[^\s/@]+\/[^\s/@]+(?:\/[^\s/@]+)+(?:@\S+)?$/;
const PLACEHOLDER = /\{(?!version\}|name\})[A-Za-z_]*\}/;
const PREDICATE_TYPES: ReadonlyMap<string, string> = new Map([
  ['publish', PUBLISH_PREDICATE_TYPE],
  ['slsa-provenance', SLSA_PROVENANCE_PREDICATE_TYPE],
]);

/**
 * Reads the identity flags. A flag that may be repeated accepts any of its values; different flags must all hold.
 * `predicateTypes` are demanded where the user demands none.
 * @throws CliError ERR_USAGE when nobody is demanded, or the flags contradict each other
 */
export function readDemands(args: Arguments, predicateTypes?: readonly string[]): Demands {
  const circumstances = readCircumstances(args);
  const types = readPredicateTypes(args) ?? predicateTypes;
  const groups = [
    publishers(args, 'publisher', parsePublisher),
    publishers(args, 'repository', parseRepository),
    serviceAccount(args),
    identities(args),
  ].filter((group) => group.length > 0);
  const [first, ...others] = withWorkflow(groups, args.text('workflow')).map((group) =>
    toPolicies(group, circumstances, types),
  );
  if (first === undefined) throw usageError(NO_IDENTITY);
  return [first, ...others];
}

function toPolicies(
  group: readonly Policy[],
  circumstances: Circumstances,
  predicateTypes: readonly string[] | undefined,
): Policies {
  const [first, ...others] = group.map((policy) => ({ ...policy, ...circumstances }));
  if (first === undefined) throw new TypeError('a group of policies must not be empty');
  return { anyOf: [first, ...others], ...(predicateTypes === undefined ? {} : { predicateTypes }) };
}

function publishers(args: Arguments, flag: string, parse: (text: string) => PublisherText): Policy[] {
  return args.texts(flag).map(parse);
}

function serviceAccount(args: Arguments): Policy[] {
  const email = args.text('service-account');
  return email === undefined ? [] : [parsePublisher(`google:${email}`)];
}

/** Identities and issuers pair by position, or share one issuer; they never combine crosswise. */
function identities(args: Arguments): IdentityPolicy[] {
  const names = args.texts('cert-identity');
  const issuers = args.texts('cert-oidc-issuer');
  if (names.length === 0 && issuers.length === 0) return [];
  if (names.length === 0) throw usageError('--cert-oidc-issuer needs --cert-identity');
  if (issuers.length === 0) throw usageError('--cert-identity needs --cert-oidc-issuer');
  if (issuers.length !== 1 && issuers.length !== names.length)
    throw usageError(
      `${names.length} times --cert-identity and ${issuers.length} times --cert-oidc-issuer: give one issuer for all, or one for each`,
    );
  return names.map((identity, index) => ({
    kind: 'identity',
    identity,
    issuer: (issuers.length === 1 ? issuers[0] : issuers[index]) as string,
  }));
}

/** Adds `--workflow` to every publisher that has workflows, of which there must be one. */
function withWorkflow(groups: readonly (readonly Policy[])[], workflow: string | undefined): Policy[][] {
  if (workflow === undefined) return groups.map((group) => [...group]);
  if (!groups.flat().some(({ kind }) => kind === 'GitHub' || kind === 'GitLab'))
    throw usageError('--workflow needs --repository, or --publisher on GitHub or GitLab');
  return groups.map((group) => group.map((policy) => addWorkflow(policy, workflow)));
}

function addWorkflow(policy: Policy, workflow: string): Policy {
  switch (policy.kind) {
    case 'GitHub':
      assertWorkflow(policy.workflow, workflow, WORKFLOW_FILE);
      return { ...policy, workflow };
    case 'GitLab':
      assertWorkflow(policy.workflowFilepath, workflow, CI_FILE);
      return { ...policy, workflowFilepath: workflow };
    case 'identity':
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

function readPredicateTypes(args: Arguments): readonly string[] | undefined {
  const types = args.texts('predicate-type').map((text) => {
    const type = PREDICATE_TYPES.get(text) ?? text;
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(type))
      throw usageError(`--predicate-type ${text}: expected publish, slsa-provenance or a URI`);
    return type;
  });
  return types.length === 0 ? undefined : [...new Set(types)];
}

/** The short name of a predicate type where it has one, as `--predicate-type` takes it. */
export function predicateTypeName(type: string): string {
  return [...PREDICATE_TYPES].find(([, uri]) => uri === type)?.[0] ?? type;
}
