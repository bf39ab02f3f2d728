// SPDX-License-Identifier: Apache-2.0
import type { Attestation } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { fetchProvenance, type ProjectFile } from '@colophon/pypi';
import type { TrustedRoot } from '@colophon/trust';
import {
  evidenceFromProvenance,
  judgeOnPool,
  VerificationError,
  type Policies,
  type Verdict,
} from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import { CHECK_POOL } from '../thread-pool.ts';
import type { ListingSource } from './index-listing.ts';
import type { ReleaseFile } from './release-file.ts';

export interface Judging {
  readonly roots: readonly TrustedRoot[];
  readonly policies: Policies;
}

/**
 * Verifies what an index serves as the provenance of a file that it lists, and gives the attestation that counts.
 * @throws CliError ERR_NOT_OURS where it serves none by this publisher; VerificationError where what it serves is wrong
 */
export async function servedAttestation(
  file: ReleaseFile,
  listed: ProjectFile,
  source: ListingSource & { readonly judging: Judging },
): Promise<Attestation> {
  const { http, signal, index } = source;
  const { roots, policies } = source.judging;
  const url = listed.provenanceUrl;
  const served = url === undefined ? undefined : await fetchProvenance({ url, http, signal });
  const evidence = served === undefined ? [] : evidenceFromProvenance(served.provenance, file.filename);
  const artifact = { filename: file.filename, sha256: decodeHex(file.digests.sha256) };
  const verdict = await judgeOnPool({ evidence, artifact, trustedRoots: roots, policies }, CHECK_POOL);
  if (verdict.status === 'unsigned' || isForeign(verdict))
    throw new CliError(
      'ERR_NOT_OURS',
      `${index.name} has ${file.filename} without an attestation by this publisher`,
    );
  if (verdict.status !== 'verified')
    throw new VerificationError(verdict.code, `${file.filename}: ${verdict.message}`);
  const [attestation] = verdict.accepted.flatMap(({ evidence: one }) =>
    one.kind === 'pep740' ? [one.attestation] : [],
  );
  if (attestation === undefined) throw new TypeError('an index serves PEP 740 attestations');
  return attestation;
}

// Evidence that holds, and is another's: then somebody else uploaded the file.
const OF_OTHERS = new Set(['ERR_IDENTITY', 'ERR_CLAIM']);

function isForeign(verdict: Verdict): boolean {
  return verdict.status === 'failed' && verdict.failures.every(({ error }) => OF_OTHERS.has(error.code));
}
