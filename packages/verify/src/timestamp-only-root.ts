// SPDX-License-Identifier: Apache-2.0
import type { TrustedRoot } from '@colophon/trust';

/**
 * Tells whether a root is of an instance without any log, such as GitHub's for private repositories: there a timestamp
 * alone proves the time, and neither log entry nor SCT can be had. One log of either kind, and all is demanded.
 */
export function isTimestampOnly({ transparencyLogs, ctLogs, timestampAuthorities }: TrustedRoot): boolean {
  return transparencyLogs.length === 0 && ctLogs.length === 0 && timestampAuthorities.length > 0;
}
