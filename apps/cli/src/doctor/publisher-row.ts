// SPDX-License-Identifier: Apache-2.0
import type { TokenClaims } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import {
  CIRCLECI_ISSUER,
  GITHUB_ISSUER,
  gitlabFile,
  GITLAB_ISSUER,
  GOOGLE_ISSUER,
  workflowsOf,
} from '../identity/job-claims.ts';

/** What to enter where an index registers a trusted publisher, in the words of PyPI's form. */
export interface PublisherRow {
  /** The tab of the form. */
  readonly provider: 'GitHub' | 'GitLab' | 'Google';
  readonly fields: readonly (readonly [label: string, value: string])[];
  /** Where the form is, filled in as far as a link can do that; for PyPI and TestPyPI. */
  readonly url: string | undefined;
}

/**
 * The row that makes an index mint upload tokens for a job with these claims; undefined where none does. The workflow is
 * the one that runs the job, since that is what the index looks for.
 */
export function publisherRow(
  claims: TokenClaims,
  index: PackageIndex,
  project: string | undefined,
): PublisherRow | undefined {
  const row = rowOf(claims);
  return row === undefined ? undefined : { ...row, url: formUrl(row, index, project) };
}

type Row = Omit<PublisherRow, 'url'>;

function rowOf(claims: TokenClaims): Row | undefined {
  if (claims.iss === GITHUB_ISSUER) return githubRow(claims);
  if (claims.iss === GITLAB_ISSUER) return gitlabRow(claims);
  if (claims.iss !== GOOGLE_ISSUER || claims.email === undefined) return undefined;
  return {
    provider: 'Google',
    fields: [
      ['Email', claims.email],
      ['Subject', claims.sub],
    ],
  };
}

function githubRow(claims: TokenClaims): Row | undefined {
  const { called } = workflowsOf(claims);
  const [owner, name] = claims.repository?.split('/') ?? [];
  if (owner === undefined || name === undefined || called === undefined) return undefined;
  if (called.repository.toLowerCase() !== claims.repository?.toLowerCase()) return undefined;
  return {
    provider: 'GitHub',
    fields: [
      ['Owner', owner],
      ['Repository name', name],
      ['Workflow name', called.file],
      ['Environment name', claims.environment ?? ''],
    ],
  };
}

function gitlabRow(claims: TokenClaims): Row | undefined {
  const path = claims.project_path ?? '';
  const file = gitlabFile(claims);
  const slash = path.lastIndexOf('/');
  if (slash < 1 || file === undefined) return undefined;
  return {
    provider: 'GitLab',
    fields: [
      ['Namespace', path.slice(0, slash)],
      ['Project name', path.slice(slash + 1)],
      ['Top-level pipeline file path', file],
      ['Environment name', claims.environment ?? ''],
    ],
  };
}

const SITES: Readonly<Record<string, string>> = {
  pypi: 'https://pypi.org',
  testpypi: 'https://test.pypi.org',
};

function formUrl(row: Row, { name }: PackageIndex, project: string | undefined): string | undefined {
  const site = SITES[name];
  if (site === undefined) return undefined;
  if (project === undefined) return `${site}/manage/account/publishing/`;
  const url = new URL(`/manage/project/${encodeURIComponent(project)}/settings/publishing/`, site);
  url.searchParams.set('provider', row.provider.toLowerCase());
  if (row.provider !== 'GitHub') return url.href;
  const [owner, repository, workflow] = row.fields.map(([, value]) => value);
  url.searchParams.set('owner', owner ?? '');
  url.searchParams.set('repository', repository ?? '');
  url.searchParams.set('workflow_filename', workflow ?? '');
  return url.href;
}

/** Why no row can help a job of this issuer; undefined where one can. */
export function issuerProblem({ iss }: TokenClaims): string | undefined {
  if ([GITHUB_ISSUER, GITLAB_ISSUER, GOOGLE_ISSUER].includes(iss)) return undefined;
  if (iss === CIRCLECI_ISSUER || iss.startsWith(`${CIRCLECI_ISSUER}/`))
    return 'no index takes CircleCI as a trusted publisher yet';
  if (iss.startsWith(`${GITHUB_ISSUER}/`))
    return `the enterprise's own issuer ${iss} is none that an index knows: only ${GITHUB_ISSUER} is`;
  return `no index takes ${iss} as a trusted publisher`;
}
