// SPDX-License-Identifier: Apache-2.0
import type { RoleName } from './role-metadata.ts';
import { TufError } from './tuf-error.ts';
import type { TargetName } from './tuf-repository.ts';

/** Trust material whose whole chain of metadata was verified just now. */
export interface TufTrust {
  readonly url: string;
  /** The bytes that the targets role signed for; `trusted_root.json` is always there. */
  readonly files: ReadonlyMap<TargetName, Uint8Array>;
  readonly versions: Readonly<Record<RoleName, number>>;
  /** When the first of the metadata expires or has expired; behind it the repository may know better. */
  readonly expires: Date;
  /**
   * When the repository was last asked, or when its metadata expired if that was earlier: whoever can write to the
   * cache cannot make it seem younger than the signatures allow.
   */
  readonly refreshed: Date;
  /** Whether a request was made. */
  readonly fromCache: boolean;
  /** What went wrong and was made up for: a cache that had to be thrown away, a repository out of reach. */
  readonly notices: readonly TufError[];
}

export const DAY_MS = 86_400_000;

/**
 * Refuses trust material older than the caller allows. Material of unknown age is refused too.
 * @throws TufError ERR_TUF_AGE
 */
export function assertTrustAge(
  asOf: Date | undefined,
  limit: { readonly now: Date; readonly maxAgeDays: number; readonly source: string },
): void {
  const { now, maxAgeDays, source } = limit;
  if (asOf === undefined)
    throw new TufError(
      'ERR_TUF_AGE',
      `${source} does not say how old it is, and may be no more than ${days(maxAgeDays)} old`,
    );
  if (now.getTime() - asOf.getTime() <= maxAgeDays * DAY_MS) return;
  const age = Math.floor((now.getTime() - asOf.getTime()) / DAY_MS);
  throw new TufError(
    'ERR_TUF_AGE',
    `${source} is ${days(age)} old (as of ${asOf.toISOString().slice(0, 10)}), and may be no more than ${days(maxAgeDays)} old`,
  );
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
