// SPDX-License-Identifier: Apache-2.0
export { type CertificateAuthority, type ChainPurpose } from './certificate-authority.ts';
export { buildChain, type ChainOptions } from './certificate-chain.ts';
export { parseCertificate, type Certificate } from './certificate.ts';
export { assertCodeSigningLeaf } from './code-signing-leaf.ts';
export { type BasicConstraints, type Extension, type Extensions } from './extension.ts';
export { FULCIO_CLAIM_NAMES, type FulcioClaimName, type FulcioClaims } from './fulcio-claims.ts';
export { type LogKey } from './log-key.ts';
export { decodePem, encodePem } from './pem.ts';
export { PkiError, type PkiErrorCode } from './pki-error.ts';
export { importPublicKey, type PublicKeyEncoding } from './public-key.ts';
export { type SignatureAlgorithm } from './signature-algorithm.ts';
export { verifySct, type VerifiedSct } from './signed-certificate-timestamp.ts';
export { type SubjectAlternativeName } from './subject-alternative-name.ts';
export { isWithin, type ValidityPeriod } from './validity.ts';
