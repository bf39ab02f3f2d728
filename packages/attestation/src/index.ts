// SPDX-License-Identifier: Apache-2.0
export { AttestationError, type AttestationErrorCode } from './attestation-error.ts';
export { attestationToJson, encodeAttestation, parseAttestation, type Attestation } from './attestation.ts';
export { bundleToJson, encodeBundle } from './bundle-encoding.ts';
export { parseBundle } from './bundle-parsing.ts';
export type {
  BundleVersion,
  CertificateMaterial,
  EnvelopeContent,
  HashAlgorithm,
  MessageContent,
  PublicKeyMaterial,
  SigstoreBundle,
} from './bundle.ts';
export {
  attestationFromBundle,
  bundleFromAttestation,
  type ConvertedAttestation,
  type DroppedPart,
} from './conversion.ts';
export { IN_TOTO_PAYLOAD_TYPE, preAuthEncoding } from './dsse.ts';
export {
  assertPredicate,
  CEP27_PREDICATE_TYPE,
  CYCLONEDX_PREDICATE_TYPE,
  isCondaFilename,
  parsePredicate,
  SPDX_PREDICATE_TYPE,
  type PredicateDocument,
} from './predicate.ts';
export { encodeProvenance, parseProvenance, type AttestationBundle, type Provenance } from './provenance.ts';
export type {
  CircleCiPublisher,
  GitHubPublisher,
  GitLabPublisher,
  GooglePublisher,
  Publisher,
  UnknownPublisher,
} from './publisher.ts';
export {
  encodePublishStatement,
  encodeStatement,
  encodeStatementAround,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type PublishedFile,
  type Statement,
  type StatementOptions,
  type Subject,
} from './statement.ts';
export {
  isProven,
  parseTransparencyLogEntry,
  transparencyLogEntryToJson,
  type InclusionProof,
  type ProvenLogEntry,
  type TransparencyLogEntry,
} from './transparency-log-entry.ts';
