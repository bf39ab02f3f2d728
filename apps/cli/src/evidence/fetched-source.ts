// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { parseDistFilename } from '@colophon/dist';
import type { HttpClient } from '@colophon/http';
import { IndexError } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { readDetached, type DetachedFiles, type DetachedLookup } from './detached-evidence.ts';
import { noEvidence, type EvidenceSource, type Origin } from './evidence-source.ts';
import { GitHubStore } from './github-store.ts';
import { IndexReader } from '../publishing/index-reader.ts';

/** A detached signature, with the entry that a log of the trusted root has of it. */
export function detachedSource(files: Partial<DetachedFiles>, lookup: DetachedLookup): EvidenceSource {
  return {
    find: async ({ shown, path, sha256Hex }) => {
      const { signature = beside(path, '.sig'), certificate = beside(path, '.crt') } = files;
      if (signature === undefined || certificate === undefined)
        throw usageError(`${shown}: a digest needs both --signature and --certificate`);
      return [await readDetached({ signature, certificate }, sha256Hex, lookup)];
    },
    absence: ({ shown }) => noEvidence(shown, 'was given'),
  };
}

function beside(path: string | undefined, suffix: string): string | undefined {
  return path === undefined ? undefined : `${path}${suffix}`;
}

/** Opens the place that evidence is fetched from. */
export function fetchedSource(origin: Origin, http: HttpClient, { host }: Context): EvidenceSource {
  if (origin.kind === 'pypi') return indexSource(new IndexReader(origin.index, http, host.signal));
  const { repository, apiUrl } = origin;
  const token = host.environment['GH_TOKEN'] || undefined;
  const store = new GitHubStore({
    apiUrl,
    http,
    signal: host.signal,
    token: token === undefined ? undefined : new Secret(token),
  });
  const asked = token === undefined ? ' (a private repository needs GH_TOKEN)' : '';
  return {
    find: ({ sha256Hex }) => store.attestations(repository, sha256Hex),
    absence: ({ shown }) => noEvidence(shown, `of ${repository} is in GitHub’s store${asked}`),
  };
}

function indexSource(index: IndexReader): EvidenceSource {
  return {
    find: async ({ shown, filename, sha256Hex }) => {
      if (filename === undefined) throw usageError(`${shown}: --from pypi goes by a name: say --filename`);
      const listed = await index.file({ dist: parseDistFilename(filename) });
      if (listed.sha256 !== undefined && listed.sha256 !== sha256Hex)
        throw new IndexError(
          'ERR_FILE_DIGEST',
          `${shown} is not the file that ${index.name} lists: it has sha256 ${sha256Hex}, not ${listed.sha256}`,
        );
      const served = await index.provenance(listed);
      return served === undefined ? [] : [served.evidence];
    },
    absence: ({ shown }) =>
      new CliError('ERR_NO_PROVENANCE', `${shown}: ${index.name} has no provenance for it`),
  };
}
