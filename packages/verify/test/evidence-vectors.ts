// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '@colophon/base';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import { readVector } from '@colophon/vectors';
import type { Artifact, AttestationEvidence, BundleEvidence } from '../src/index.ts';

const roots = new Map<string, TrustedRoot>();

/** A trusted root by its path below the vectors; each is parsed once. */
export function rootAt(path: string): TrustedRoot {
  const root = roots.get(path) ?? parseTrustedRoot(readVector(path));
  roots.set(path, root);
  return root;
}
export const productionRoot = (): TrustedRoot => rootAt('trust/public-good/trusted_root.json');
export const stagingRoot = (): TrustedRoot => rootAt('trust/staging/trusted_root.json');

export function distAt(filename: string): Artifact {
  return { filename, sha256: sha256(readVector(`pep740/${filename}`)) };
}

export function attestationAt(file: string): AttestationEvidence {
  return { kind: 'pep740', name: file, attestation: parseAttestation(readVector(`pep740/${file}`)) };
}

export function bundleAt(path: string): BundleEvidence {
  return { kind: 'bundle', name: path, bundle: parseBundle(readVector(path)) };
}
