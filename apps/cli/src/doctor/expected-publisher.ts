// SPDX-License-Identifier: Apache-2.0
import { parseProvenance, type Publisher } from '@colophon/attestation';
import { IndexError, type ProjectFile } from '@colophon/pypi';
import type { IndexReader } from '../publishing/index-reader.ts';
import { parsePublisher } from '../identity/publisher-text.ts';
import type { ExpectedPublisher } from './publisher-comparison.ts';
import type { Subject } from './diagnosis.ts';

/** The publisher of `--publisher` and `--environment`. @throws CliError ERR_USAGE */
export function namedPublisher(text: string, environment: string | undefined): ExpectedPublisher {
  const publisher = parsePublisher(text);
  return environment === undefined ? publisher : { ...publisher, environment };
}

/**
 * The publisher that an index names for the newest of a project's files that has provenance. Nobody signed that, and no
 * index publishes the list itself: it is what is known.
 * @throws IndexError, HttpError, AttestationError
 */
export async function publisherOnIndex(project: string, index: IndexReader): Promise<Subject> {
  const unknown = { project, expected: undefined, origin: undefined };
  for (const file of await attestedFiles(project, index)) {
    const served = await index.provenance(file);
    if (served?.bytes === undefined) continue;
    const publisher = parseProvenance(served.bytes).bundles[0]?.publisher;
    const expected = publisher === undefined ? undefined : expectedFrom(publisher);
    if (expected !== undefined) return { project, expected, origin: file.filename };
  }
  return unknown;
}

/** How many files are looked at: more would have been a publisher that is not known here. */
const MOST = 3;

async function attestedFiles(project: string, index: IndexReader): Promise<ProjectFile[]> {
  try {
    const { files } = await index.project(project);
    return files
      .filter(({ provenanceUrl }) => provenanceUrl !== undefined)
      .toSorted((a, b) => (b.uploadTime?.getTime() ?? 0) - (a.uploadTime?.getTime() ?? 0))
      .slice(0, MOST);
  } catch (error) {
    if (error instanceof IndexError && error.code === 'ERR_PROJECT_NOT_FOUND') return [];
    throw error;
  }
}

function expectedFrom(publisher: Publisher): ExpectedPublisher | undefined {
  switch (publisher.kind) {
    case 'GitHub': {
      const { kind, repository, workflow } = publisher;
      return { kind, repository, workflow, environment: publisher.environment || null };
    }
    case 'GitLab': {
      const { kind, repository, workflowFilepath } = publisher;
      return { kind, repository, workflowFilepath, environment: publisher.environment || null };
    }
    case 'Google':
      return { kind: 'Google', email: publisher.email };
    case 'CircleCI': {
      const { kind, projectId, pipelineDefinitionId } = publisher;
      return { kind, projectId, pipelineDefinitionId };
    }
    default:
      return undefined;
  }
}
