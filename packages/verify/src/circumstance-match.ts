// SPDX-License-Identifier: Apache-2.0
import type { FulcioClaimName, FulcioClaims } from '@colophon/pki';
import { differs } from './demand.ts';
import type { Artifact } from './artifact.ts';
import type { Circumstances } from './policy.ts';
import { isTemplate, matchesRef } from './ref-template.ts';
import { parseArtifactName } from './statement-match.ts';

/** Who runs the machines, as Fulcio's claim .11 says for the two hosts. */
const HOSTED_RUNNERS: ReadonlySet<string | undefined> = new Set(['github-hosted', 'gitlab-hosted']);

/**
 * Refuses a certificate that does not name the demanded circumstances.
 * @throws VerificationError ERR_CLAIM, ERR_ARTIFACT_NAME when a ref speaks of a distribution that has no name
 */
export function matchCircumstances(claims: FulcioClaims, wanted: Circumstances, artifact: Artifact): void {
  demandClaim(claims, 'source-repository-digest', wanted.sha);
  demandClaim(claims, 'build-trigger', wanted.trigger);
  demandClaim(claims, 'deployment-environment', wanted.environment);
  for (const [name, value] of Object.entries(wanted.claims ?? {}))
    demandClaim(claims, name as FulcioClaimName, value);
  if (wanted.ref !== undefined) matchRef(claims['source-repository-ref'], wanted.ref, artifact);
  if (wanted.signerWorkflow !== undefined) matchSignerWorkflow(claims, wanted.signerWorkflow);
  const runner = claims['runner-environment'];
  if (wanted.denySelfHosted === true && !HOSTED_RUNNERS.has(runner))
    throw differs('ERR_CLAIM', 'runner-environment', 'a runner of the host', runner);
}

function demandClaim(claims: FulcioClaims, name: FulcioClaimName, wanted: string | undefined): void {
  const found = claims[name];
  if (wanted !== undefined && found !== wanted) throw differs('ERR_CLAIM', name, wanted, found);
}

function matchRef(found: string | undefined, wanted: string, artifact: Artifact): void {
  const holds =
    found !== undefined &&
    (isTemplate(wanted) ? matchesRef(wanted, found, parseArtifactName(artifact)) : found === wanted);
  if (!holds) throw differs('ERR_CLAIM', 'source-repository-ref', wanted, found);
}

// OWNER and NAME have no case on GitHub; the path has. Without @REF any version of the workflow will do.
function matchSignerWorkflow(claims: FulcioClaims, wanted: string): void {
  const found = claims['build-signer-uri'];
  const [path, ref] = splitOnce(wanted, '@');
  const [foundPath, foundRef] = splitOnce(found ?? '', '@');
  const samePath = normalWorkflow(foundPath) === normalWorkflow(`https://${withHost(path)}`);
  if (!samePath || (ref !== undefined && ref !== foundRef))
    throw differs('ERR_CLAIM', 'build-signer-uri', wanted, found);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

// An owner's name holds no dot, so a first part with one is a host.
function withHost(path: string): string {
  const [first = ''] = path.split('/');
  return first.includes('.') ? path : `github.com/${path}`;
}

function normalWorkflow(uri: string): string {
  const [scheme = '', empty = '', host = '', owner = '', name = '', ...path] = uri.split('/');
  return [scheme, empty, host.toLowerCase(), owner.toLowerCase(), name.toLowerCase(), ...path].join('/');
}
