// SPDX-License-Identifier: Apache-2.0
import {
  bundleFromAttestation,
  type Attestation,
  type Provenance,
  type Publisher,
  type SigstoreBundle,
} from '@colophon/attestation';
import { atStage } from './verification-error.ts';

/** A PEP 740 attestation. `name` says where it came from, for messages. */
export interface AttestationEvidence {
  readonly kind: 'pep740';
  readonly name: string;
  readonly attestation: Attestation;
  /** Whom an index names as its publisher. It is only compared with the certificate, never trusted. */
  readonly claimedPublisher?: Publisher;
}

/** A Sigstore bundle. */
export interface BundleEvidence {
  readonly kind: 'bundle';
  readonly name: string;
  readonly bundle: SigstoreBundle;
}

export type Evidence = AttestationEvidence | BundleEvidence;

/** The pieces of evidence in a provenance object. There may be none: then nothing is attested. */
export function evidenceFromProvenance(provenance: Provenance, name: string): AttestationEvidence[] {
  return provenance.bundles.flatMap(({ publisher, attestations }, bundle) =>
    attestations.map((attestation, index) => ({
      kind: 'pep740' as const,
      name: `${name}, attestation ${index + 1} of publisher ${bundle + 1}`,
      attestation,
      claimedPublisher: publisher,
    })),
  );
}

/** The bundle that is judged: an attestation's own fields, in the form that both kinds share. */
export function bundleOf(evidence: Evidence): SigstoreBundle {
  if (evidence.kind === 'bundle') return evidence.bundle;
  return atStage('ERR_EVIDENCE', 'the attestation cannot be read as a bundle', () =>
    bundleFromAttestation(evidence.attestation),
  );
}
