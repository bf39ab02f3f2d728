// SPDX-License-Identifier: Apache-2.0
import { readList, readObject, type JsonObject, type JsonValue } from '@colophon/base';
import { readingDocument, type DocumentFormat } from './attestation-error.ts';
import { assertVersion, attestationToJson, readAttestation, type Attestation } from './attestation.ts';
import { publisherToJson, readPublisher, type Publisher } from './publisher.ts';

/** What one publisher attested of a file. `attestations` may be empty: then it attests nothing. */
export interface AttestationBundle {
  readonly publisher: Publisher;
  readonly attestations: readonly Attestation[];
}

/**
 * A provenance object v1 (PEP 740): what an index knows of one file. `bundles` may be empty; to find every one of
 * no attestations valid is no verification, so whoever judges must count what was accepted.
 */
export interface Provenance {
  readonly bundles: readonly AttestationBundle[];
}

const FORMAT: DocumentFormat = {
  code: 'ERR_PROVENANCE',
  name: 'PEP 740 provenance',
  looksLike: ({ attestation_bundles: bundles }) => bundles !== undefined,
};

/**
 * Reads the provenance object that an index serves for a file (PEP 740).
 * @throws AttestationError ERR_PROVENANCE, ERR_JSON, ERR_JSON_KIND
 */
export function parseProvenance(source: string | Uint8Array): Provenance {
  return readingDocument(source, FORMAT, (value) => {
    const root = readObject(value, '$', { required: ['version', 'attestation_bundles'] });
    assertVersion(root.version, '$.version');
    return { bundles: readList(root.attestation_bundles, '$.attestation_bundles', readBundle) };
  });
}

function readBundle(value: JsonValue, at: string): AttestationBundle {
  const bundle = readObject(value, at, { required: ['publisher', 'attestations'] });
  return {
    publisher: readPublisher(bundle.publisher as JsonValue, `${at}.publisher`),
    attestations: readList(bundle.attestations, `${at}.attestations`, readAttestation),
  };
}

/** Writes a provenance object as one line of JSON with a line feed at its end. */
export function encodeProvenance(provenance: Provenance): string {
  return `${JSON.stringify(provenanceToJson(provenance))}\n`;
}

function provenanceToJson(provenance: Provenance): JsonObject {
  return {
    version: 1,
    attestation_bundles: provenance.bundles.map(({ publisher, attestations }) => ({
      publisher: publisherToJson(publisher),
      attestations: attestations.map(attestationToJson),
    })),
  };
}
