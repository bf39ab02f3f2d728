// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import {
  fileOnIndex,
  IndexError,
  mintUploadToken,
  requestAudience,
  resolveIndex,
  type PackageIndex,
  type ProjectFile,
  type UploadToken,
} from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { ambientToken } from '../identity/identity.ts';
import { refuseForeignIndex } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import type { ReleaseFile } from '../release/release-file.ts';

/** The index that the command line or the environment names; PyPI otherwise. Two that differ are a usage error. */
export function chosenIndex(args: Arguments, { host, options }: Context): PackageIndex {
  const env = host.environment;
  const flag = args.text('index');
  const named =
    flag ??
    sole('index', {
      COLOPHON_INDEX: env['COLOPHON_INDEX'],
      UV_PUBLISH_URL: env['UV_PUBLISH_URL'],
      TWINE_REPOSITORY_URL: env['TWINE_REPOSITORY_URL'],
    });
  const checkUrl =
    args.text('check-url') ?? (flag === undefined ? env['UV_PUBLISH_CHECK_URL'] || undefined : undefined);
  const index = resolveIndex(named ?? 'pypi', checkUrl === undefined ? {} : { simpleUrl: checkUrl });
  refuseForeignIndex(index.name, options);
  return index;
}

function sole(what: string, sources: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = Object.entries(sources).filter(([, value]) => value);
  if (new Set(named.map(([, value]) => value)).size > 1)
    throw usageError(`${named.map(([name]) => name).join(' and ')} name different values for the ${what}`);
  return named[0]?.[1];
}

/** The read side of an index; a custom one has none unless --check-url says it. @throws CliError ERR_USAGE */
export function readSide(index: PackageIndex): string {
  if (index.simpleUrl !== undefined) return index.simpleUrl;
  throw usageError(`--check-url: the Simple root of ${index.name} is needed, to read back what was uploaded`);
}

/** Whether an index's pages do not say what it has: they are HTML only, or not for us. */
export function cannotTell(error: unknown): boolean {
  return (
    error instanceof IndexError && (error.code === 'ERR_INDEX_HTML' || error.code === 'ERR_INDEX_FORBIDDEN')
  );
}

/** How a file stands on the index before it is uploaded. */
export async function standing(
  file: ReleaseFile,
  index: PackageIndex,
  http: HttpClient,
): Promise<ProjectFile | undefined> {
  const listed = await fileOnIndex({
    simpleUrl: readSide(index),
    project: file.dist.name,
    http,
    filename: file.filename,
  });
  if (listed !== undefined && listed.sha256 !== file.digests.sha256)
    throw new CliError('ERR_FILE_DIFFERS', `${index.name} has other bytes under the name ${file.filename}`, {
      details: {
        index: index.name,
        file: file.filename,
        local: file.digests.sha256,
        listed: listed.sha256 ?? 'none',
      },
    });
  return listed;
}

/** Exchanges a fresh token of this CI job for an upload token. Asked for last: it lives for 15 minutes. */
export async function uploadToken(
  index: PackageIndex,
  context: Context,
  http: HttpClient,
): Promise<UploadToken> {
  const { signal } = context.host;
  const audience = await requestAudience({ index, http, signal });
  const { secret } = await ambientToken(context, http, audience);
  return mintUploadToken({ index, http, signal, identityToken: secret, now: context.host.now() });
}
