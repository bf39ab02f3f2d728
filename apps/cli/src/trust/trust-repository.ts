// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import {
  GITHUB,
  PUBLIC_GOOD,
  repositoryFileName,
  repositoryUrl,
  STAGING,
  type TufRepository,
} from '@colophon/tuf';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Host } from '../host.ts';
import { readWhole } from '../files/input-file.ts';
import { exists } from '../files/output-file.ts';
import { settingsFolder } from './trust-folders.ts';

const KNOWN: readonly TufRepository[] = [PUBLIC_GOOD, STAGING, GITHUB];

/** Repositories whose first root is part of this program: no file may take its place. */
export const BUILT_IN: readonly string[] = [PUBLIC_GOOD.url, STAGING.url];

/**
 * The repository that the command line names, with the root that it is trusted from.
 * @throws CliError ERR_UNKNOWN_INSTANCE for one that was never added; TufError ERR_TUF_URL
 */
export async function chosenRepository({ host, options }: Context): Promise<TufRepository> {
  if (options.staging) return STAGING;
  const { instance } = options;
  if (instance === undefined) return PUBLIC_GOOD;
  const url = instance === 'github' ? GITHUB.url : repositoryUrl(instance);
  if (!BUILT_IN.includes(url)) {
    const path = addedRootPath(host, url);
    if (await exists(path)) return { url, bootstrap: { kind: 'root', bytes: await readWhole(path) } };
  }
  const known = KNOWN.find((repository) => repository.url === url);
  if (known !== undefined) return known;
  throw new CliError('ERR_UNKNOWN_INSTANCE', `--instance ${url} was never trusted with \`trust add\``);
}

/** Where the first root of a repository lies that the user added. */
export function addedRootPath(host: Host, url: string): string {
  return join(settingsFolder(host), 'instances', repositoryFileName(url, '.root.json'));
}
