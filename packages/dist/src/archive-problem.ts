// SPDX-License-Identifier: Apache-2.0
import { DistError } from './dist-error.ts';

/** Why an archive is not read at all. */
export type FatalProblem =
  | 'archive-damaged'
  | 'archive-limit'
  | 'archive-bomb'
  | 'archive-name'
  | 'archive-duplicate'
  | 'archive-encrypted'
  | 'archive-compression'
  | 'archive-member-type'
  | 'archive-link'
  | 'archive-trailing-data'
  | 'archive-overlap'
  | 'archive-ambiguous'
  | 'sdist-top-level';

/** What a reader survives, but PyPI refuses or installers stumble over: other readers would see another archive, or none. */
export type FramingProblem =
  | 'zip-data-descriptor'
  | 'zip-comment'
  | 'zip-hidden-data'
  | 'archive-polyglot'
  | 'archive-damaged';

/** A flaw of the frame, with the place where it is. */
export interface FramingNote {
  readonly code: FramingProblem;
  readonly message: string;
}

/** What was read of an archive. */
export interface ArchiveContents {
  /** Names of all members; those of directories end in a slash. */
  readonly names: ReadonlySet<string>;
  /** Content of the members that were asked for and that are there. */
  readonly members: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly FramingNote[];
}

/** An ERR_DIST_ARCHIVE whose `details.problem` says which of the rules it breaks. */
export function archiveError(problem: FatalProblem, message: string, cause?: unknown): DistError {
  return new DistError('ERR_DIST_ARCHIVE', message, {
    ...(cause === undefined ? {} : { cause }),
    details: { problem },
  });
}
