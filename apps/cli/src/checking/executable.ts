// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a program is on the PATH, or undefined. Only absolute folders of the PATH count: nothing is run out of the
 * folder that is worked in, which may hold what somebody else put there.
 */
export async function findExecutable(name: string, environment: Environment): Promise<string | undefined> {
  for (const candidate of candidates(name, environment, process.platform))
    if (await isExecutable(candidate)) return candidate;
  return undefined;
}

/** The files that could be the program, in the order in which they are looked for. */
export function candidates(name: string, environment: Environment, platform: NodeJS.Platform): string[] {
  const windows = platform === 'win32';
  const paths = windows ? path.win32 : path.posix;
  const folders = (environment.PATH ?? environment.Path ?? '').split(paths.delimiter);
  const suffixes = windows ? ['.exe'] : [''];
  return folders
    .filter((folder) => paths.isAbsolute(folder))
    .flatMap((folder) => suffixes.map((suffix) => paths.join(folder, name + suffix)));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
