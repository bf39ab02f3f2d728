// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import {
  encodeAttestation,
  encodeBundle,
  encodeProvenance,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type Attestation,
  type AttestationBundle,
  type Publisher,
} from '@colophon/attestation';
import { describeSigner, type AttestationEvidence } from '@colophon/verify';
import {
  convertibleStatement,
  refused,
  refusing,
  toAttestation,
  toBundle,
  type Dropped,
} from './convert-piece.ts';
import type { Piece } from './convert-source.ts';
import { predicateTypeLabel } from '../identity/predicate-type.ts';
import { signerPublisher } from '../identity/signer-text.ts';

export const CONVERSION_TARGETS = ['bundle', 'pep740', 'provenance', 'jsonl'] as const;
export type ConversionTarget = (typeof CONVERSION_TARGETS)[number];

/** A document that a conversion makes. */
export interface ConvertedDocument {
  readonly text: string;
  /** Its file name in a folder, such that `verify` finds it beside the file that it is about. */
  readonly filename: string;
  readonly parts: readonly ConvertedPart[];
}

/** A piece of evidence that went into a document, and what of it did not. */
export interface ConvertedPart {
  readonly evidence: string;
  readonly predicateType: string | undefined;
  readonly dropped: readonly Dropped[];
}

type Convert = (pieces: readonly Piece[]) => ConvertedDocument;

const DOCUMENTS: Readonly<Record<ConversionTarget, Convert>> = {
  bundle: bundleDocument,
  pep740: attestationDocument,
  provenance: provenanceDocument,
  jsonl: linesDocument,
};

/**
 * The documents that pieces of evidence make: one for each piece, or, as provenance or JSONL, one for each file that
 * they are about; `together` puts all of them on the lines of one JSONL document.
 * @throws AttestationError ERR_CONVERSION
 */
export function convertPieces(
  pieces: readonly Piece[],
  to: ConversionTarget,
  together: boolean,
): ConvertedDocument[] {
  if (to === 'jsonl' && together) return [linesDocument(pieces)];
  const groups =
    to === 'jsonl' || to === 'provenance'
      ? [...Map.groupBy(pieces, ({ about }) => about).values()]
      : pieces.map((piece) => [piece]);
  return groups.map(DOCUMENTS[to]);
}

function bundleDocument(pieces: readonly Piece[]): ConvertedDocument {
  const { evidence, about } = sole(pieces);
  const { value, dropped } = toBundle(evidence);
  const part = partOf(evidence, dropped);
  const type = part.predicateType === undefined ? '' : `.${predicateTypeLabel(part.predicateType)}`;
  return { text: encodeBundle(value), filename: `${about}${type}.sigstore.json`, parts: [part] };
}

function attestationDocument(pieces: readonly Piece[]): ConvertedDocument {
  const { evidence, about } = sole(pieces);
  const { value, dropped } = toAttestation(evidence);
  const part = partOf(evidence, dropped);
  const type = part.predicateType === SLSA_PROVENANCE_PREDICATE_TYPE ? 'slsa' : 'publish';
  return { text: encodeAttestation(value), filename: `${about}.${type}.attestation`, parts: [part] };
}

// A provenance object is about one file: attestations of two would be put upon one of them.
function provenanceDocument(pieces: readonly Piece[]): ConvertedDocument {
  const bundles: (AttestationBundle & { attestations: Attestation[] })[] = [];
  const parts: ConvertedPart[] = [];
  const [first] = pieces;
  for (const { evidence } of pieces) {
    if (first !== undefined && digestOf(evidence) !== digestOf(first.evidence))
      throw refused(evidence, `it is about another file than ${first.evidence.name}`);
    const { value, dropped } = toAttestation(evidence);
    const publisher = publisherOf(evidence, value);
    const known = bundles.find((bundle) => isDeepStrictEqual(bundle.publisher, publisher));
    if (known === undefined) bundles.push({ publisher, attestations: [value] });
    else known.attestations.push(value);
    parts.push(
      partOf(
        evidence,
        dropped.filter((part) => part !== 'publisher'),
      ),
    );
  }
  const { about } = sole(pieces.slice(0, 1));
  return { text: encodeProvenance({ bundles }), filename: `${about}.provenance`, parts };
}

function linesDocument(pieces: readonly Piece[]): ConvertedDocument {
  const converted = pieces.map(({ evidence }) => ({ evidence, ...toBundle(evidence) }));
  const [first, ...others] = new Set(pieces.map(({ evidence }) => digestOf(evidence)));
  const { about } = sole(pieces.slice(0, 1));
  return {
    text: converted.map(({ value }) => encodeBundle(value)).join(''),
    filename: first === undefined || others.length > 0 ? `${about}.jsonl` : `sha256-${first}.jsonl`,
    parts: converted.map(({ evidence, dropped }) => partOf(evidence, dropped)),
  };
}

// What nobody signed is not made up: the publisher is the index's word, else what the certificate says.
function publisherOf(evidence: Piece['evidence'], { certificate }: Attestation): Publisher {
  const claimed = (evidence as Partial<AttestationEvidence>).claimedPublisher;
  if (claimed !== undefined) return claimed;
  const signer = refusing(evidence, () => describeSigner(certificate));
  const publisher = signerPublisher(signer);
  const environment = signer.claims['deployment-environment'];
  if (publisher?.kind === 'GitHub' && publisher.workflow !== undefined)
    return { ...publisher, workflow: publisher.workflow, environment };
  if (publisher?.kind === 'GitLab' && publisher.workflowFilepath !== undefined)
    return { ...publisher, workflowFilepath: publisher.workflowFilepath, environment };
  if (publisher?.kind === 'Google' || publisher?.kind === 'CircleCI') return publisher;
  throw refused(evidence, 'a provenance object names a publisher, and the certificate is of none');
}

function partOf(evidence: Piece['evidence'], dropped: readonly Dropped[]): ConvertedPart {
  return { evidence: evidence.name, predicateType: convertibleStatement(evidence)?.predicateType, dropped };
}

function digestOf(evidence: Piece['evidence']): string | undefined {
  const subjects = convertibleStatement(evidence)?.subjects ?? [];
  return subjects.length === 1 ? subjects[0]?.digest['sha256'] : undefined;
}

function sole(pieces: readonly Piece[]): Piece {
  const [piece] = pieces;
  if (piece === undefined) throw new TypeError('there is nothing to convert');
  return piece;
}
