// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { HttpClient } from '@colophon/http';
import {
  embeddedSigningConfig,
  embeddedTrustedRoot,
  parseSigningConfig,
  parseTrustedRoot,
  type SigningConfig,
  type TrustedRoot,
} from '@colophon/trust';
import { type InstanceChoice, UsageError } from './command-line.ts';

export interface Instance {
  readonly trustedRoot: TrustedRoot;
  readonly signingConfig: SigningConfig;
}

/** The root to verify by, without a network: of a file, or built in; that of staging from the last time it was used. */
export async function trustedRootOf({ staging, trustedRoot }: InstanceChoice): Promise<TrustedRoot> {
  if (trustedRoot !== undefined) return parseTrustedRoot(await readFile(trustedRoot));
  if (!staging) return embeddedTrustedRoot();
  const { cachedStagingRoot } = await import('./staging.ts');
  return await cachedStagingRoot();
}

/** The instance to sign with: given whole by files, or staging as it is now, or the public one as it is built in. */
export async function instanceOf(choice: InstanceChoice, http: HttpClient): Promise<Instance> {
  const { staging, trustedRoot, signingConfig } = choice;
  if (trustedRoot !== undefined && signingConfig !== undefined)
    return {
      trustedRoot: await trustedRootOf(choice),
      signingConfig: parseSigningConfig(await readFile(signingConfig)),
    };
  // A root of one's own with services of somebody else would put names into the wrong log.
  if ((trustedRoot ?? signingConfig) !== undefined)
    throw new UsageError('to sign, --trusted-root and --signing-config go together');
  if (!staging) return { trustedRoot: embeddedTrustedRoot(), signingConfig: embeddedSigningConfig() };
  const { currentStaging } = await import('./staging.ts');
  return await currentStaging(http);
}
