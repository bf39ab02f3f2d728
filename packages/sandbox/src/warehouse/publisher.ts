// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';

export interface GitHubPublisher {
  readonly kind: 'GitHub';
  /** `owner/repository`, exactly as GitHub spells it. */
  readonly repository: string;
  /** The workflow's file name in `.github/workflows`. */
  readonly workflow: string;
  readonly environment?: string;
  /** GitHub's number of the owner; any if absent. */
  readonly ownerId?: string;
}

export interface GitLabPublisher {
  readonly kind: 'GitLab';
  /** `namespace/project` on gitlab.com. */
  readonly repository: string;
  readonly workflowFilepath: string;
  readonly environment?: string;
}

export interface GooglePublisher {
  readonly kind: 'Google';
  /** The service account. */
  readonly email: string;
  readonly sub?: string;
}

/** An identity that may publish without a password (pypi.md §4). */
export type PublisherIdentity = GitHubPublisher | GitLabPublisher | GooglePublisher;

/** One text for one identity: two projects with equal publishers share a token. */
export function publisherKey(publisher: PublisherIdentity): string {
  const { kind } = publisher;
  if (kind === 'Google') return JSON.stringify([kind, publisher.email, publisher.sub ?? '']);
  const file = kind === 'GitHub' ? publisher.workflow : publisher.workflowFilepath;
  return JSON.stringify([kind, publisher.repository, file, publisher.environment ?? '']);
}

/** The publisher as a provenance object names it (pypi.md §1.5). */
export function publisherToJson(publisher: PublisherIdentity): JsonObject {
  if (publisher.kind === 'Google') return { kind: 'Google', email: publisher.email };
  const { kind, repository } = publisher;
  const environment = publisher.environment || null;
  if (kind === 'GitHub') return { kind, repository, workflow: publisher.workflow, environment };
  return { kind, repository, workflow_filepath: publisher.workflowFilepath, environment };
}
