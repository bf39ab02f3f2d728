// SPDX-License-Identifier: Apache-2.0

/** What a judge says of one upload's attestations. */
export interface Verdict {
  readonly accepted: boolean;
  /** Why not, in the judge's own words. */
  readonly words: string;
}
