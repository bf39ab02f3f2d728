// SPDX-License-Identifier: Apache-2.0

/** A span of time, closed at both ends; without `end` it is still open (trustroot.proto, TimeRange). */
export interface ValidityPeriod {
  readonly start: Date;
  readonly end?: Date;
}

/** Tells whether `at` lies in the period; a boundary counts as inside. */
export function isWithin(period: ValidityPeriod, at: Date): boolean {
  const time = at.getTime();
  return period.start.getTime() <= time && (period.end === undefined || time <= period.end.getTime());
}
