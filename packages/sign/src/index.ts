// SPDX-License-Identifier: Apache-2.0
export {
  attestFiles,
  type AttestOptions,
  type AttestOutcome,
  type FileToAttest,
  type StatementToSign,
} from './attest-files.ts';
export { assertCertified, buildProvenance, type BuildProvenance } from './build-provenance.ts';
export { encodeCertificateRequest } from './certificate-request.ts';
export {
  CertificateSession,
  type CertificateSessionOptions,
  identityProviderOf,
  type SigningCredential,
} from './certificate-session.ts';
export { EphemeralKey, type StreamSignature } from './ephemeral-key.ts';
export { type FileSigningParties, signFile, type SignedFile } from './file-signing.ts';
export {
  type CertificateOrder,
  FulcioClient,
  type FulcioClientOptions,
  processCertificateAnswer,
} from './fulcio-client.ts';
export { type CertificateExpectation, judgeIssuedCertificate } from './issued-certificate.ts';
export type { ManyFilesOptions } from './many-files.ts';
export { type DistFile, planPublishAttestation } from './publish-plan.ts';
export { SessionSigner } from './session-signer.ts';
export { SignError, type SignErrorCode } from './sign-error.ts';
export { type FileToSign, signFiles, type SignOptions, type SignOutcome } from './sign-files.ts';
export { SignatureWitness, type SignatureWitnessOptions, type Testimony } from './signature-witness.ts';
export { openWitness, type Reach, selectSigningServices, type SigningPurpose } from './signing-services.ts';
export { signStatement, type SigningParties } from './statement-signing.ts';
export { processTimeStampAnswer, type TimestampResponse } from './time-stamp-answer.ts';
export { encodeTimeStampRequest, type TimeStampQuery } from './time-stamp-request.ts';
export {
  TimestampAuthorityClient,
  type TimestampAuthorityClientOptions,
} from './timestamp-authority-client.ts';
