// SPDX-License-Identifier: Apache-2.0
import { FINDING_CODES, type FindingCode } from './finding-code.ts';

/** Something that there is to say about a distribution. */
export interface Finding {
  readonly code: FindingCode;
  /**
   * `error`: PyPI refuses the upload, or no installer can use the file. `warning`: PyPI takes it, but something in it
   * is lost or wrong. `unjudged`: nobody here could tell.
   */
  readonly severity: 'error' | 'warning' | 'unjudged';
  /** What is wrong, and where. */
  readonly message: string;
}

export function error(code: FindingCode, message: string): Finding {
  return { code, severity: 'error', message };
}

export function warning(code: FindingCode, message: string): Finding {
  return { code, severity: 'warning', message };
}

export function unjudged(code: FindingCode, message: string): Finding {
  return { code, severity: 'unjudged', message };
}

const RANK: ReadonlyMap<FindingCode, number> = new Map(FINDING_CODES.map((code, at) => [code, at]));

/** Findings in the order in which PyPI would come upon them; those of one code stay as they are. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ code }: Finding) => RANK.get(code) ?? FINDING_CODES.length;
  return findings.toSorted((a, b) => rank(a) - rank(b));
}
