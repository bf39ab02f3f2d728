// SPDX-License-Identifier: Apache-2.0
import { displayUrl } from '@colophon/http';
import { usageError } from '../cli-error.ts';

/**
 * A publisher as people write it: `github:OWNER/NAME[/WORKFLOW]`, `gitlab:NS/…/PROJECT[//FILE]`, `google:EMAIL`,
 * `circleci:PROJECT-ID/DEFINITION-ID`.
 */
export type PublisherText =
  | { readonly kind: 'GitHub'; readonly repository: string; readonly workflow?: string }
  | { readonly kind: 'GitLab'; readonly repository: string; readonly workflowFilepath?: string }
  | { readonly kind: 'Google'; readonly email: string }
  | { readonly kind: 'CircleCI'; readonly projectId: string; readonly pipelineDefinitionId: string };

const SEGMENT = '[A-Za-z0-9_.-]+';
const GITHUB_PATH = new RegExp(`^${SEGMENT}/${SEGMENT}$`);
const GITLAB_PATH = new RegExp(`^${SEGMENT}(?:/${SEGMENT})+$`);
const GITHUB = new RegExp(`^(${SEGMENT}/${SEGMENT})(?:/(${SEGMENT}\\.ya?ml))?$`);
const GITLAB = new RegExp(`^(${SEGMENT}(?:/${SEGMENT})+)(?://(${SEGMENT}(?:/${SEGMENT})*))?$`);
const EMAIL = /^[^\s@/]+@[^\s@/]+$/;
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CIRCLECI = new RegExp(`^(${UUID})/(${UUID})$`);

/** Parses `--publisher`. @throws CliError ERR_USAGE when it is none of the four forms */
export function parsePublisher(text: string): PublisherText {
  const [kind, rest] = splitOnce(text, ':');
  if (kind === 'github') return parseGitHub(text, rest);
  if (kind === 'gitlab') return parseGitLab(text, rest);
  if (kind === 'google' && EMAIL.test(rest)) return { kind: 'Google', email: rest };
  if (kind === 'circleci') return parseCircleCi(text, rest);
  throw notAPublisher(text);
}

function parseGitHub(text: string, rest: string): PublisherText {
  const [, repository, workflow] = GITHUB.exec(rest) ?? [];
  if (repository === undefined) throw notAPublisher(text);
  return { kind: 'GitHub', repository, ...(workflow === undefined ? {} : { workflow }) };
}

function parseGitLab(text: string, rest: string): PublisherText {
  const [, repository, workflowFilepath] = GITLAB.exec(rest) ?? [];
  if (repository === undefined) throw notAPublisher(text);
  return { kind: 'GitLab', repository, ...(workflowFilepath === undefined ? {} : { workflowFilepath }) };
}

function parseCircleCi(text: string, rest: string): PublisherText {
  const [, projectId, pipelineDefinitionId] = CIRCLECI.exec(rest) ?? [];
  if (projectId === undefined || pipelineDefinitionId === undefined) throw notAPublisher(text);
  return { kind: 'CircleCI', projectId, pipelineDefinitionId };
}

/**
 * Parses `--repository`: `OWNER/NAME` on GitHub, or the https URL of a GitHub or GitLab project.
 * @throws CliError ERR_USAGE
 */
export function parseRepository(text: string): PublisherText {
  const url = text.includes('://') ? URL.parse(text) : undefined;
  const [host, repository] = url === undefined ? ['github.com', text] : projectOf(url);
  if (host === 'github.com' && GITHUB_PATH.test(repository)) return { kind: 'GitHub', repository };
  if (host === 'gitlab.com' && GITLAB_PATH.test(repository)) return { kind: 'GitLab', repository };
  // The address of a remote may carry a token.
  const shown = url instanceof URL ? displayUrl(url) : text;
  throw usageError(`--repository ${shown}: expected OWNER/NAME or an https URL on github.com or gitlab.com`);
}

function projectOf(url: URL | null): [host: string, path: string] {
  if (url?.protocol !== 'https:' || [url.username, url.password, url.search, url.hash].some(Boolean))
    return ['', ''];
  return [url.host, url.pathname.replace(/^\/|\/$/g, '').replace(/\.git$/, '')];
}

/** Parses `--service-account`. @throws CliError ERR_USAGE */
export function parseServiceAccount(email: string): PublisherText {
  if (EMAIL.test(email)) return { kind: 'Google', email };
  throw usageError(`--service-account ${email}: expected an e-mail address`);
}

/** The publisher as the user would write it. */
export function formatPublisher(publisher: PublisherText): string {
  if (publisher.kind === 'Google') return `google:${publisher.email}`;
  if (publisher.kind === 'CircleCI')
    return `circleci:${publisher.projectId}/${publisher.pipelineDefinitionId}`;
  if (publisher.kind === 'GitHub')
    return `github:${publisher.repository}${publisher.workflow === undefined ? '' : `/${publisher.workflow}`}`;
  const file = publisher.workflowFilepath;
  return `gitlab:${publisher.repository}${file === undefined ? '' : `//${file}`}`;
}

function notAPublisher(text: string): Error {
  return usageError(
    `--publisher ${text}: expected github:OWNER/NAME[/WORKFLOW], gitlab:NS/PROJECT[//FILE], google:EMAIL or ` +
      'circleci:PROJECT-ID/DEFINITION-ID (UUIDs in lower case)',
  );
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
