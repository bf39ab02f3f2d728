// SPDX-License-Identifier: Apache-2.0
import { parseAttestation, type Attestation } from '@colophon/attestation';
import { decodeHex, isAppError } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import { verifyEvidence, type Policies } from '@colophon/verify';
import { brokenEvidence, malformedEvidence } from '../evidence/evidence.ts';
import { readWhole } from '../files/input-file.ts';
import { exists } from '../files/output-file.ts';
import type { ReleaseFile } from './release-file.ts';

/**
 * The publish attestation that lies at `path` already, if it is there: it counts when it verifies for this publisher,
 * and otherwise stops the run, since sending another's word along would be refused, or worse, believed.
 * @throws VerificationError, also for what cannot be read as an attestation
 */
export async function reusableAttestation(
  file: ReleaseFile,
  path: string,
  judging: { readonly roots: readonly TrustedRoot[]; readonly policies: Policies },
): Promise<Attestation | undefined> {
  if (!(await exists(path))) return undefined;
  const attestation = await readAttestation(path);
  const artifact = { filename: file.filename, sha256: decodeHex(file.digests.sha256) };
  verifyEvidence({ kind: 'pep740', name: path, attestation }, artifact, judging.roots, judging.policies);
  return attestation;
}

async function readAttestation(path: string): Promise<Attestation> {
  try {
    return parseAttestation(await readWhole(path));
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw brokenEvidence(malformedEvidence(error, path));
  }
}
