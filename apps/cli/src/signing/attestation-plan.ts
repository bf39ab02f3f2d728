// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { PackageIndex } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Credential } from '../publishing/credential-choice.ts';

export type AttestationMode = 'auto' | 'require' | 'off';

/** Whether an upload carries attestations, and if not, why. */
export type AttestationPlan = { readonly send: true } | { readonly send: false; readonly reason: string };

/**
 * Indexes take attestations from trusted publishers only; with a password none is sent, and `require` refuses.
 * @throws CliError ERR_CREDENTIAL_UNFIT
 */
export function planAttestations(
  mode: AttestationMode,
  { password }: Credential,
  index: PackageIndex,
): AttestationPlan {
  if (mode === 'off') return { send: false, reason: '--attestations off' };
  if (password === undefined) return { send: true };
  const reason = `${index.name} is given ${password.source}, and attestations need trusted publishing`;
  if (mode === 'require') throw new CliError('ERR_CREDENTIAL_UNFIT', `--attestations require: ${reason}`);
  return { send: false, reason };
}

export function planJson(plan: AttestationPlan): JsonObject {
  return plan.send ? { sent: true } : { sent: false, reason: plan.reason };
}
