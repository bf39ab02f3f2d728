// SPDX-License-Identifier: Apache-2.0
import { parseDistFilename, sameVersion } from '@colophon/dist';
import { CliError, usageError } from 'colophon/src/cli-error.ts';
import { expandDists } from 'colophon/src/files/paths.ts';
import type { Host } from 'colophon/src/host.ts';

/**
 * Holds every distribution to the version that the workflow means, often a tag: `1.2.0` or `v1.2.0`, compared by PEP 440.
 * @throws CliError ERR_USAGE where one has another
 */
export async function assertVersion(version: string, folder: string, host: Host): Promise<void> {
  for (const { filename } of await expandDists([folder], host)) {
    const found = parseDistFilename(filename).version;
    if (!matches(version, found))
      throw usageError(`the input version is ${version}, and ${filename} is of version ${found}`);
  }
}

function matches(version: string, found: string): boolean {
  const text = version.replace(/^refs\/tags\//, '').replace(/^v(?=[0-9])/i, '');
  try {
    return sameVersion(text, found);
  } catch (cause) {
    throw new CliError('ERR_USAGE', `the input version is no version: ${version}`, { cause });
  }
}
