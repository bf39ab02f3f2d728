// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { PackageIndex } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Credential } from '../publishing/credential-choice.ts';

export type AttestationMode = 'auto' | 'require' | 'off';

/** `publish` sends what is there; `release` would sign, which nobody can take back. */
export type Purpose = 'publish' | 'release';

/** Whether an upload carries attestations, and if not, why. */
export type AttestationPlan = { readonly send: true } | { readonly send: false; readonly reason: string };

/**
 * Indexes take attestations from trusted publishers only; with a password none is sent, and `require` refuses. A release
 * to an index that is known to take them, PyPI or TestPyPI, is not begun without: `off` must be said.
 * @throws CliError ERR_CREDENTIAL_UNFIT
 */
export function planAttestations(
  { mode, source }: { readonly mode: AttestationMode; readonly source: string },
  { password }: Credential,
  { index, purpose }: { readonly index: PackageIndex; readonly purpose: Purpose },
): AttestationPlan {
  if (mode === 'off') return { send: false, reason: source };
  if (password === undefined) return { send: true };
  const reason = `${index.name} is given ${password.source}, and attestations need trusted publishing`;
  if (mode === 'require') throw new CliError('ERR_CREDENTIAL_UNFIT', `${source}: ${reason}`);
  if (purpose === 'release' && index.audience !== undefined)
    throw new CliError(
      'ERR_CREDENTIAL_UNFIT',
      `nothing was signed: ${reason} (--attestations off goes on without)`,
    );
  return { send: false, reason };
}

export function planJson(plan: AttestationPlan): JsonObject {
  return plan.send ? { sent: true } : { sent: false, reason: plan.reason };
}
