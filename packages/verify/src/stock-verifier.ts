// SPDX-License-Identifier: Apache-2.0
import { bundleToJson, type SigstoreBundle } from '@colophon/attestation';
import type { TrustedRoot } from '@colophon/trust';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import {
  toSignedEntity,
  toTrustMaterial,
  VerificationError as StockError,
  Verifier,
  type SignedEntity,
} from '@sigstore/verify';
import { atStage, VerificationError, type VerificationErrorCode } from './verification-error.ts';

/** The codes of @sigstore/verify, each with the stage that it means here. */
const STAGES: Readonly<Record<string, VerificationErrorCode>> = {
  TIMESTAMP_ERROR: 'ERR_TIMESTAMP',
  CERTIFICATE_ERROR: 'ERR_CERTIFICATE_CHAIN',
  PUBLIC_KEY_ERROR: 'ERR_EVIDENCE',
  TLOG_ERROR: 'ERR_LOG_ENTRY',
  TLOG_BODY_ERROR: 'ERR_LOG_ENTRY_MISMATCH',
  TLOG_INCLUSION_PROMISE_ERROR: 'ERR_LOG_PROMISE',
  TLOG_INCLUSION_PROOF_ERROR: 'ERR_LOG_INCLUSION',
  TLOG_MISSING_INCLUSION_ERROR: 'ERR_LOG_INCLUSION',
  SIGNATURE_ERROR: 'ERR_SIGNATURE',
};

const verifiers = new WeakMap<TrustedRoot, Verifier>();

/**
 * Judges a bundle by @sigstore/verify: timestamps, chain, SCT, promise, Merkle proof, signature. It is given no
 * identity, since it takes one for a pattern that may match anywhere.
 * @param artifact the signed bytes of a message signature.
 * @throws VerificationError, whatever the library throws
 */
export function verifyWithStock(bundle: SigstoreBundle, root: TrustedRoot, artifact?: Uint8Array): void {
  const verifier = verifierFor(root);
  const entity = readEntity(bundle, artifact);
  try {
    verifier.verify(entity);
  } catch (cause) {
    throw asVerificationError(cause);
  }
}

function verifierFor(root: TrustedRoot): Verifier {
  const known = verifiers.get(root);
  if (known !== undefined) return known;
  const verifier = atStage('ERR_TRUST_MATERIAL', 'the trusted root cannot be used', () => {
    return new Verifier(toTrustMaterial(TrustedRootMessage.fromJSON(root.json)));
  });
  verifiers.set(root, verifier);
  return verifier;
}

function readEntity(bundle: SigstoreBundle, artifact?: Uint8Array): SignedEntity {
  return atStage('ERR_EVIDENCE', 'it has a form that cannot be judged', () => {
    const message = bundleFromJSON(bundleToJson(withoutBareProofs(bundle)));
    return toSignedEntity(message, artifact && Buffer.from(artifact));
  });
}

// A proof of v0.1 without a checkpoint proves nothing; its entry stands by its signed promise.
function withoutBareProofs(bundle: SigstoreBundle): SigstoreBundle {
  const transparencyEntries = bundle.transparencyEntries.map((entry) =>
    entry.inclusionProof?.checkpoint === undefined ? { ...entry, inclusionProof: undefined } : entry,
  );
  return { ...bundle, transparencyEntries };
}

function asVerificationError(cause: unknown): VerificationError {
  const code = cause instanceof StockError ? STAGES[cause.code] : undefined;
  if (code === undefined || !(cause instanceof StockError))
    return new VerificationError('ERR_EVIDENCE', 'it could not be judged', { cause });
  return new VerificationError(code, STAGE_MESSAGES[code] ?? cause.message, { cause });
}

const STAGE_MESSAGES: Partial<Record<VerificationErrorCode, string>> = {
  ERR_TIMESTAMP: 'a timestamp is wrong, or by no authority of the trusted root',
  ERR_LOG_PROMISE: 'the signed entry timestamp of the log is wrong',
  ERR_LOG_INCLUSION: 'the inclusion proof does not lead to the signed tree of the log',
  ERR_SIGNATURE: 'the signature is wrong',
};
