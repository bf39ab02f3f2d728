// SPDX-License-Identifier: Apache-2.0
import {
  readObject,
  readOptional,
  readString,
  readText,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';

/** Keys of a publisher object that its kind does not define, as they stand (the standard allows any). */
interface OpenPublisher {
  readonly extra?: JsonObject | undefined;
}

/** `workflow` is a file name below `.github/workflows`. */
export interface GitHubPublisher extends OpenPublisher {
  readonly kind: 'GitHub';
  readonly repository: string;
  readonly workflow: string;
  readonly environment?: string | undefined;
}

export interface GitLabPublisher extends OpenPublisher {
  readonly kind: 'GitLab';
  readonly repository: string;
  readonly workflowFilepath: string;
  readonly environment?: string | undefined;
}

/** A service account, by its e-mail address. */
export interface GooglePublisher extends OpenPublisher {
  readonly kind: 'Google';
  readonly email: string;
}

/** `vcsOrigin` has no scheme ("github.com/org/repo"). */
export interface CircleCiPublisher extends OpenPublisher {
  readonly kind: 'CircleCI';
  readonly projectId: string;
  readonly pipelineDefinitionId: string;
  readonly vcsOrigin?: string | undefined;
  readonly vcsRef?: string | undefined;
}

/** A kind that this version does not know: `name` is the kind, `claims` is everything else in the object. */
export interface UnknownPublisher {
  readonly kind: 'unknown';
  readonly name: string;
  readonly claims: JsonObject;
}

/** Whom an index says a file came from. It is not signed: only the certificate says who signed. */
export type Publisher =
  | GitHubPublisher
  | GitLabPublisher
  | GooglePublisher
  | CircleCiPublisher
  | UnknownPublisher;

/** Reads a publisher object (PEP 740); an unknown kind is kept, not refused. */
export function readPublisher(value: JsonValue, at: string): Publisher {
  const object = readObject(value, at, { required: ['kind'], open: true });
  const kind = readText(object.kind, `${at}.kind`);
  switch (kind) {
    case 'GitHub':
      return readGitHub(object, at);
    case 'GitLab':
      return readGitLab(object, at);
    case 'Google':
      return { kind, email: readText(object.email, `${at}.email`), ...readExtra(object, ['email']) };
    case 'CircleCI':
      return readCircleCi(object, at);
    default:
      return { kind: 'unknown', name: kind, claims: without(object, ['kind']) };
  }
}

function readGitHub(object: JsonObject, at: string): GitHubPublisher {
  return {
    kind: 'GitHub',
    repository: readText(object.repository, `${at}.repository`),
    workflow: readText(object.workflow, `${at}.workflow`),
    environment: readNonEmpty(object.environment, `${at}.environment`),
    ...readExtra(object, ['repository', 'workflow', 'environment']),
  };
}

function readGitLab(object: JsonObject, at: string): GitLabPublisher {
  return {
    kind: 'GitLab',
    repository: readText(object.repository, `${at}.repository`),
    workflowFilepath: readText(object.workflow_filepath, `${at}.workflow_filepath`),
    environment: readNonEmpty(object.environment, `${at}.environment`),
    ...readExtra(object, ['repository', 'workflow_filepath', 'environment']),
  };
}

function readCircleCi(object: JsonObject, at: string): CircleCiPublisher {
  return {
    kind: 'CircleCI',
    projectId: readText(object.project_id, `${at}.project_id`),
    pipelineDefinitionId: readText(object.pipeline_definition_id, `${at}.pipeline_definition_id`),
    vcsOrigin: readNonEmpty(object.vcs_origin, `${at}.vcs_origin`),
    vcsRef: readNonEmpty(object.vcs_ref, `${at}.vcs_ref`),
    ...readExtra(object, ['project_id', 'pipeline_definition_id', 'vcs_origin', 'vcs_ref']),
  };
}

// PyPI has stored both null and "" for a publisher without an environment: they are one meaning.
function readNonEmpty(value: JsonValue | undefined, at: string): string | undefined {
  const text = readOptional(value, at, readString);
  return text === '' ? undefined : text;
}

// `claims` is null in objects of 2024 and absent in those of today.
function readExtra(object: JsonObject, known: readonly string[]): { extra?: JsonObject } {
  const extra = without(object, ['kind', ...known, ...(object.claims === null ? ['claims'] : [])]);
  return Object.keys(extra).length === 0 ? {} : { extra };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  const rest: JsonObject = Object.assign(Object.create(null), object);
  for (const key of keys) delete rest[key];
  return rest;
}

/** The JSON object of a publisher, as PyPI writes it: a missing environment is null. */
export function publisherToJson(publisher: Publisher): JsonObject {
  switch (publisher.kind) {
    case 'GitHub': {
      const { kind, repository, workflow, environment = null, extra } = publisher;
      return { ...extra, kind, repository, workflow, environment };
    }
    case 'GitLab': {
      const { kind, repository, workflowFilepath, environment = null, extra } = publisher;
      return { ...extra, kind, repository, workflow_filepath: workflowFilepath, environment };
    }
    case 'Google':
      return { ...publisher.extra, kind: 'Google', email: publisher.email };
    case 'CircleCI':
      return circleCiToJson(publisher);
    default:
      return { ...publisher.claims, kind: publisher.name };
  }
}

function circleCiToJson(publisher: CircleCiPublisher): JsonObject {
  const { kind, projectId, pipelineDefinitionId, vcsOrigin = null, vcsRef = null, extra } = publisher;
  return {
    ...extra,
    kind,
    project_id: projectId,
    pipeline_definition_id: pipelineDefinitionId,
    vcs_origin: vcsOrigin,
    vcs_ref: vcsRef,
  };
}
