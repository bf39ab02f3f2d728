// SPDX-License-Identifier: Apache-2.0

/** What the process exits with; docs/reference/exit-status.md says the same in prose. */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  noInput: 20,
  malformed: 21,
  failed: 30,
  noEvidence: 31,
  undecided: 32,
  noIdentity: 40,
  refused: 41,
  unavailable: 42,
  partial: 43,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const VERIFYING: readonly ExitStatus[] = [
  EXIT.bug,
  EXIT.failed,
  EXIT.undecided,
  EXIT.unavailable,
  EXIT.refused,
  EXIT.noEvidence,
  EXIT.malformed,
  EXIT.noInput,
];
const PRODUCING: readonly ExitStatus[] = [EXIT.bug, EXIT.failed, EXIT.noEvidence, EXIT.undecided];

/** The status of a run that judged several files: the gravest one, so that no failure hides behind another. */
export function statusOfVerifying(statuses: readonly ExitStatus[]): ExitStatus {
  return VERIFYING.find((status) => statuses.includes(status)) ?? firstFailure(statuses);
}

/** The status of a run that signs or uploads: a false verdict first, then partial once anything was finished, else the cause. */
export function statusOfProducing(statuses: readonly ExitStatus[]): ExitStatus {
  const grave = PRODUCING.find((status) => statuses.includes(status));
  if (grave !== undefined) return grave;
  const failure = firstFailure(statuses);
  return failure !== EXIT.ok && statuses.includes(EXIT.ok) ? EXIT.partial : failure;
}

function firstFailure(statuses: readonly ExitStatus[]): ExitStatus {
  return statuses.find((status) => status !== EXIT.ok) ?? EXIT.ok;
}
