// SPDX-License-Identifier: Apache-2.0
import type { TokenClaims } from '@colophon/oidc';

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
export const GITLAB_ISSUER = 'https://gitlab.com';
export const GOOGLE_ISSUER = 'https://accounts.google.com';
export const CIRCLECI_ISSUER = 'https://oidc.circleci.com';

/** A workflow file as GitHub's claims name it: `OWNER/NAME/.github/workflows/FILE@REF`. */
export interface WorkflowRef {
  readonly repository: string;
  readonly file: string;
  /** The git ref or commit behind the @. */
  readonly ref: string;
}

/** Takes a claim such as `workflow_ref` apart; undefined where it is not one. */
export function parseWorkflowRef(text: string | undefined): WorkflowRef | undefined {
  const [, repository, file, ref] =
    /^([^/]+\/[^/]+)\/\.github\/workflows\/([^/@]+)@(.+)$/.exec(text ?? '') ?? [];
  if (repository === undefined || file === undefined || ref === undefined) return undefined;
  return { repository, file, ref };
}

/** The workflow that was started (`workflow_ref`), and the one that runs the job (`job_workflow_ref`), on GitHub. */
export function workflowsOf(claims: TokenClaims): { caller?: WorkflowRef; called?: WorkflowRef } {
  const [caller, called] = [parseWorkflowRef(claims.workflow_ref), parseWorkflowRef(claims.job_workflow_ref)];
  return { ...(caller === undefined ? {} : { caller }), ...(called === undefined ? {} : { called }) };
}

/** The path of the pipeline's file in a GitLab claim: `gitlab.com/NS/PROJECT//PATH@REF`. Tags are often `NAME@VERSION`. */
export function gitlabFile({ ci_config_ref_uri: uri }: TokenClaims): string | undefined {
  return /\/\/([^@]+)@/.exec(uri ?? '')?.[1];
}
