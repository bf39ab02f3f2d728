// SPDX-License-Identifier: Apache-2.0

/** Something that `checkDist` has to say about a distribution. */
export interface Finding {
  /** Stable, in kebab case. */
  readonly code: string;
  /** `error`: PyPI refuses the upload. `warning`: it takes the file, but something in it is lost or wrong. */
  readonly severity: 'error' | 'warning';
  /** What is wrong and what to do about it. */
  readonly message: string;
}

export function error(code: string, message: string): Finding {
  return { code, severity: 'error', message };
}

export function warning(code: string, message: string): Finding {
  return { code, severity: 'warning', message };
}
