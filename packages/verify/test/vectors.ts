// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sha256 } from '@colophon/base';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import type { Artifact, AttestationEvidence, BundleEvidence } from '../src/index.ts';

const folder =
  process.env.COLOPHON_VECTORS ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));

/** Whether the real artifacts lie beside the repository. Where they must, their absence fails the run. */
export const haveVectors = existsSync(folder);
if (!haveVectors) {
  if (process.env.CI && !process.env.COLOPHON_VECTORS_OPTIONAL) throw new Error(`no vectors at ${folder}`);
  process.stderr.write(`SKIPPED: tests on real artifacts, for there are none at ${folder}\n`);
}

export const hasVector = (path: string): boolean => existsSync(`${folder}/${path}`);
export const readVector = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${path}`));
export const listVectors = (path: string): string[] =>
  haveVectors
    ? readdirSync(`${folder}/${path}`, { withFileTypes: true })
        .map(({ name }) => name)
        .toSorted()
    : [];

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
