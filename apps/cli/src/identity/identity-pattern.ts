// SPDX-License-Identifier: Apache-2.0
import { describeSigner, type Evidence, type Policies, type Policy } from '@colophon/verify';
import type { Demand, DemandedPolicy, IdentityPatternPolicy } from './policy-flags.ts';

/**
 * Whether a name is one that a glob names: the whole of it, case included; `*` stands for anything without `/` and `@`,
 * `**` for anything. No other character is special. The name is anybody's until its certificate is verified, so all ways
 * to match are followed at once: the work is at most the product of both lengths.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.match(/\*+|[^*]/gu) ?? [];
  let reached = reach(parts, [0]);
  for (const character of name) {
    const next = [...reached].flatMap((at) => step(parts[at], character, at));
    reached = reach(parts, next);
    if (reached.size === 0) return false;
  }
  return reached.has(parts.length);
}

// The positions in the pattern after one more character of the name.
function step(part: string | undefined, character: string, at: number): number[] {
  if (part?.startsWith('*') !== true) return part === character ? [at + 1] : [];
  return part === '*' && (character === '/' || character === '@') ? [] : [at];
}

// A star may stand for nothing. Two never follow each other.
function reach(parts: readonly string[], positions: readonly number[]): Set<number> {
  return new Set(positions.flatMap((at) => (parts[at]?.startsWith('*') === true ? [at, at + 1] : [at])));
}

/** What the verifier is asked; `origin` gives for each of its policies the position of the demanded one. */
export interface SettledDemand {
  readonly policies: Policies;
  readonly origin: readonly number[];
}

/**
 * What the verifier is asked, for evidence of one file: a pattern becomes the very names, among those that this evidence's
 * certificates bear, that it matches. It never accepts more than they say, and each is then demanded exactly. The
 * pattern itself stays as a name, so that a failure says what was wanted.
 */
export function settleDemand(
  { anyOf, predicateTypes }: Demand,
  evidence: readonly Evidence[],
): SettledDemand {
  const names = anyOf.some(isPattern) ? certifiedNames(evidence) : [];
  const settled = anyOf.flatMap((demanded, position) =>
    settlePolicy(demanded, names).map((policy) => ({ policy, position })),
  );
  const [first, ...others] = settled.map(({ policy }) => policy);
  if (first === undefined) throw new TypeError('a demand must not be empty');
  return {
    policies: { anyOf: [first, ...others], ...(predicateTypes === undefined ? {} : { predicateTypes }) },
    origin: settled.map(({ position }) => position),
  };
}

function isPattern(policy: DemandedPolicy): policy is IdentityPatternPolicy {
  return policy.kind === 'identity-pattern';
}

function settlePolicy(policy: DemandedPolicy, names: readonly string[]): Policy[] {
  if (!isPattern(policy)) return [policy];
  const { kind: _kind, pattern, ...rest } = policy;
  const matching = names.filter((name) => matchesPattern(pattern, name));
  return [...new Set([pattern, ...matching])].map((identity) => ({ ...rest, kind: 'identity', identity }));
}

function certifiedNames(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap((one) => {
    const certificate = certificateOf(one);
    const name = certificate === undefined ? undefined : identityOf(certificate);
    return name === undefined ? [] : [name];
  });
}

function certificateOf(evidence: Evidence): Uint8Array | undefined {
  if (evidence.kind === 'pep740') return evidence.attestation.certificate;
  const { keyMaterial } = evidence.bundle;
  return keyMaterial.kind === 'certificate' ? keyMaterial.chain[0] : undefined;
}

// What cannot be read has no name, and the verifier says why.
function identityOf(certificate: Uint8Array): string | undefined {
  try {
    return describeSigner(certificate).identity;
  } catch {
    return undefined;
  }
}
