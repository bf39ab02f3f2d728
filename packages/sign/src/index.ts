// SPDX-License-Identifier: Apache-2.0
export { attestFiles, type AttestOptions, type AttestOutcome, type FileToAttest } from './attest-files.ts';
export { encodeCertificateRequest } from './certificate-request.ts';
export {
  CertificateSession,
  type CertificateSessionOptions,
  identityProviderOf,
  type SigningCredential,
} from './certificate-session.ts';
export { EphemeralKey } from './ephemeral-key.ts';
export {
  type CertificateOrder,
  FulcioClient,
  type FulcioClientOptions,
  processCertificateAnswer,
} from './fulcio-client.ts';
export { type CertificateExpectation, judgeIssuedCertificate } from './issued-certificate.ts';
export { LogWitness } from './log-witness.ts';
export { type DistFile, planPublishAttestation } from './publish-plan.ts';
export { SessionSigner } from './session-signer.ts';
export { SignError, type SignErrorCode } from './sign-error.ts';
export { signStatement, type SigningParties } from './statement-signing.ts';
