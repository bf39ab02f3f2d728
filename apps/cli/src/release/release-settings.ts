// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import type { Policies } from '@colophon/verify';
import type { Context } from '../command.ts';
import { firstThen } from '../signing/signing-run.ts';
import type { PublisherText } from '../identity/publisher-text.ts';
import type { Password } from '../publishing/credential.ts';
import type { SigningOptions } from '../signing/signing.ts';
import type { Instance } from '../trust/instance.ts';
import type { Shelving } from './github-shelving.ts';
import type { ReadingOptions } from './reading-back.ts';
import type { ReleaseManner } from './release-plan.ts';

/** Whose release it is, and how its attestations are made and judged; absent where none are sent. */
export interface Attesting {
  readonly instance: Instance;
  readonly token: IdToken;
  /** Asked when another certificate is needed. */
  readonly nextToken: () => Promise<IdToken>;
  readonly publisher: PublisherText;
  readonly policies: Policies;
}

export interface ReleaseSettings {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
  /** What to upload with; without one tokens are minted for this job's identity. */
  readonly password: Password | undefined;
  readonly attesting: Attesting | undefined;
  /** Where attestations are kept; beside each file when undefined. */
  readonly outputDirectory: string | undefined;
  readonly overwrite: boolean;
  /** False refuses a release that was begun. */
  readonly resume: boolean;
  /** Where files that were read back stay. */
  readonly keepIn: string | undefined;
  /** Say what would be done, and do nothing of it. */
  readonly dryRun: boolean;
  /** Whether the index will still be there when somebody verifies the release. */
  readonly lasting: boolean;
  /** What follows for files that were read back. */
  readonly shelve?: Shelving | undefined;
}

export function mannerOf({ attesting, overwrite }: ReleaseSettings): ReleaseManner {
  return { attesting: attesting !== undefined, overwrite };
}

export function readingOf({ context, http, index, attesting, keepIn }: ReleaseSettings): ReadingOptions {
  const judging =
    attesting === undefined ? undefined : { roots: attesting.instance.roots, policies: attesting.policies };
  return { context, http, index, signal: context.host.signal, judging, keepIn };
}

export function signingOf(
  { context, http }: Pick<ReleaseSettings, 'context' | 'http'>,
  { instance, policies, token, nextToken }: Attesting,
): SigningOptions {
  const audience = token.claims.aud;
  return { context, http, instance, policies, audience, token: firstThen(token, nextToken) };
}
