// SPDX-License-Identifier: Apache-2.0

/** What is known of a file before anything is done for it. */
export interface FileFacts {
  /** `same`: byte for byte, and proven ours as far as it has to be. */
  readonly onIndex: 'absent' | 'same';
  /** An earlier run had the index's word that it took the file. */
  readonly uploadedBefore: boolean;
  /** Evidence that verifies is at hand for everything that has to be sent along. */
  readonly evidence: boolean;
  /** A signature of an earlier run, still of use, that may or may not have been logged. */
  readonly signedBefore: boolean;
  /** Something forbids to go on: the wrong bytes, evidence that does not hold, no answer. */
  readonly trouble: boolean;
}

export interface ReleaseManner {
  /** Attestations are sent along. */
  readonly attesting: boolean;
  /** Evidence and signatures of earlier runs are not used. */
  readonly overwrite: boolean;
}

/**
 * What has to be done for a file next; what follows it is always the same.
 * - `stop`: nothing, for any file
 * - `read-back`: it is on the index already
 * - `await`: the index took it and does not list it yet
 * - `upload`: with the evidence that is there
 * - `log`: the signature of an earlier run is proposed to the log again, which gives the entry that it may have already
 * - `sign`
 */
export type Step = 'stop' | 'read-back' | 'await' | 'upload' | 'log' | 'sign';

/** The next step for one file. */
export function stepFor(facts: FileFacts, { attesting, overwrite }: ReleaseManner): Step {
  if (facts.trouble) return 'stop';
  if (facts.onIndex === 'same') return 'read-back';
  // Sent once more it would be refused, or be there twice in a log for nothing.
  if (facts.uploadedBefore) return 'await';
  if (!attesting) return 'upload';
  if (overwrite) return 'sign';
  if (facts.evidence) return 'upload';
  return facts.signedBefore ? 'log' : 'sign';
}

/** The steps of a release. One file that must stop stops all, while nothing has been signed or sent yet. */
export function planRelease(files: readonly FileFacts[], manner: ReleaseManner): readonly (Step | 'hold')[] {
  const steps = files.map((facts) => stepFor(facts, manner));
  if (!steps.includes('stop')) return steps;
  return steps.map((step) => (step === 'stop' ? step : 'hold'));
}
