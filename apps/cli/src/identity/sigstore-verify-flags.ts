// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { CertificatePolicy, Circumstances } from '@colophon/verify';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { GITHUB_ISSUER } from './job-claims.ts';
import type { Demand, Demands } from './policy-flags.ts';

/** The evidence that the flags of sigstore-python name. */
export interface NamedMaterials {
  readonly bundle: string | undefined;
  readonly signature: string | undefined;
  readonly certificate: string | undefined;
}

const WORKFLOW = 'SIGSTORE_VERIFY_GITHUB_WORKFLOW_';

/** Options and variables of sigstore-python are two names for one thing; the option counts where both are there. */
export function readMaterials(args: Arguments, context: Context): NamedMaterials {
  const { workingDirectory } = context.host;
  const path = (flag: string, variable: string) => {
    const text = either(args, context, flag, variable);
    return text === undefined ? undefined : resolve(workingDirectory, text);
  };
  const materials = {
    bundle: path('bundle', 'SIGSTORE_BUNDLE'),
    signature: path('signature', 'SIGSTORE_SIGNATURE'),
    certificate: path('certificate', 'SIGSTORE_CERTIFICATE'),
  };
  const detached = materials.signature ?? materials.certificate;
  if (materials.bundle !== undefined && detached !== undefined)
    throw usageError('--bundle excludes --signature and --certificate');
  if (detached !== undefined && context.options.offline)
    throw usageError('--offline: the log is asked for the entry of --signature and --certificate');
  return materials;
}

/** `verify identity`: one name by one issuer, exactly. @throws CliError ERR_USAGE */
export function identityDemands(args: Arguments, context: Context): Demands {
  const identity = either(args, context, 'cert-identity', 'SIGSTORE_CERT_IDENTITY');
  const issuer = either(args, context, 'cert-oidc-issuer', 'SIGSTORE_CERT_OIDC_ISSUER');
  if (identity === undefined) throw usageError('--cert-identity is needed (or SIGSTORE_CERT_IDENTITY)');
  if (issuer === undefined) throw usageError('--cert-oidc-issuer is needed (or SIGSTORE_CERT_OIDC_ISSUER)');
  return [{ anyOf: [{ kind: 'identity', identity, issuer }] }];
}

/** What `verify github` demands. */
export interface GitHubDemands {
  readonly demands: Demands;
  /** The name of the workflow (.4), for which no policy has a place. */
  readonly workflowName: string | undefined;
}

/**
 * `verify github`: what a workflow of GitHub Actions signed. Each value is compared exactly with the claim that Fulcio
 * certifies since 2023 (.12 to .14, .20), not with the older ones (.2, .3, .5, .6) that say the same; only the name of the
 * workflow has no newer claim.
 * @throws CliError ERR_USAGE
 */
export function githubDemands(args: Arguments, context: Context): GitHubDemands {
  const identity = either(args, context, 'cert-identity', 'SIGSTORE_CERT_IDENTITY');
  const repository = either(args, context, 'repository', `${WORKFLOW}REPOSITORY`);
  if (identity === undefined && repository === undefined)
    throw usageError('--cert-identity or --repository is needed');
  const [sha, trigger, workflowName, ref] = ['sha', 'trigger', 'name', 'ref'].map((flag) =>
    either(args, context, flag, `${WORKFLOW}${flag.toUpperCase()}`),
  );
  const circumstances: Circumstances = {
    ...(sha === undefined ? {} : { sha }),
    ...(trigger === undefined ? {} : { trigger }),
    // As a claim and not as a ref: braces in it mean nothing here.
    ...(ref === undefined ? {} : { claims: { 'source-repository-ref': ref } }),
  };
  const signers: CertificatePolicy[] = [
    ...(identity === undefined ? [] : [{ kind: 'identity' as const, identity, issuer: GITHUB_ISSUER }]),
    ...(repository === undefined ? [] : [{ kind: 'GitHub' as const, repository: checked(repository) }]),
  ];
  const [first, ...others] = signers.map((signer): Demand => ({ anyOf: [{ ...signer, ...circumstances }] }));
  if (first === undefined) throw new TypeError('a signer is always demanded');
  return { demands: [first, ...others], workflowName };
}

function checked(repository: string): string {
  if (/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(repository)) return repository;
  throw usageError(`--repository ${repository}: expected OWNER/NAME`);
}

function either(args: Arguments, { host }: Context, flag: string, variable: string): string | undefined {
  return args.text(flag) ?? (host.environment[variable] || undefined);
}
