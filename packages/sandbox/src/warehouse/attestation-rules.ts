// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import { judgeAttestation } from './attestation-judge.ts';
import { MAX_ATTESTATIONS, parseAttestations, type UploadedAttestation } from './attestation-shape.ts';
import type { BundleVerifier } from './bundle-verifier.ts';
import type { Identity } from './credentials.ts';
import type { AttestedFile } from './publish-statement.ts';
import { publisherToJson, type PublisherIdentity } from './publisher.ts';
import { Refusal } from './refusal.ts';
import { WarehouseError } from './warehouse-error.ts';

const PREFIX = 'Invalid attestations supplied during upload: ';

interface AttestationSetting {
  readonly identity: Identity;
  readonly file: AttestedFile;
  readonly bundleVerifier: () => Promise<BundleVerifier>;
}

/**
 * Judges the field `attestations` (pypi.md §3, check 18) and makes the provenance object of it: one bundle, whose publisher is the
 * one that uploads.
 * @throws Refusal 400
 */
export async function judgeUploadedAttestations(
  field: string,
  setting: AttestationSetting,
): Promise<JsonObject> {
  const { identity, file, bundleVerifier } = setting;
  if (identity.kind !== 'publisher')
    throw refusal('Attestations are only supported when using Trusted Publishing');
  const attestations = readField(field);
  if (attestations.length === 0)
    throw refusal('Malformed attestations: an empty attestation set is not permitted');
  if (attestations.length > MAX_ATTESTATIONS)
    throw refusal(`A maximum of ${MAX_ATTESTATIONS} attestations per file are supported`);
  const verifier = await makeVerifier(bundleVerifier);
  const seen = new Set<string>();
  for (const attestation of attestations) {
    const type = predicateType(attestation, { verifier, publisher: identity.publisher, file });
    if (seen.has(type))
      throw refusal(
        `Multiple attestations for the same file with the same predicate type (${type}) are not supported`,
      );
    seen.add(type);
  }
  return provenanceOf(identity.publisher, attestations);
}

async function makeVerifier(bundleVerifier: () => Promise<BundleVerifier>): Promise<BundleVerifier> {
  try {
    return await bundleVerifier();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : 'no trusted root';
    throw refusal(`Unknown error while trying to verify included attestations: ${words}`, cause);
  }
}

function readField(field: string): UploadedAttestation[] {
  try {
    return parseAttestations(field);
  } catch (cause) {
    throw refusal(`Malformed attestations: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}

function predicateType(
  attestation: UploadedAttestation,
  setting: Parameters<typeof judgeAttestation>[1],
): string {
  try {
    return judgeAttestation(attestation, setting);
  } catch (cause) {
    if (!(cause instanceof WarehouseError)) throw cause;
    const words =
      cause.code === 'ERR_WAREHOUSE_ATTESTATION_REFUSED'
        ? 'Could not verify the uploaded artifact using the included attestation: Verification failed: '
        : 'Unknown error while trying to verify included attestations: ';
    throw refusal(words + cause.message, cause);
  }
}

function provenanceOf(
  publisher: PublisherIdentity,
  attestations: readonly UploadedAttestation[],
): JsonObject {
  const stored = attestations.map((attestation) => attestation.stored);
  return {
    version: 1,
    attestation_bundles: [{ publisher: publisherToJson(publisher), attestations: stored }],
  };
}

function refusal(words: string, cause?: unknown): Refusal {
  return new Refusal(400, PREFIX + words, { cause });
}
