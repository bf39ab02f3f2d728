// SPDX-License-Identifier: Apache-2.0
import { verify } from 'node:crypto';
import {
  attestationFromBundle,
  encodePublishStatement,
  IN_TOTO_PAYLOAD_TYPE,
  preAuthEncoding,
  type Attestation,
  type SigstoreBundle,
} from '@colophon/attestation';
import { equalBytes, isAppError } from '@colophon/base';
import { parseCertificate } from '@colophon/pki';
import { openWitness } from '@colophon/sign';
import { judgeAttestation } from '../signing/attesting.ts';
import { chooseServices, type SigningOptions } from '../signing/signing.ts';
import type { SignedRecord } from './journal.ts';
import type { ReleaseFile } from './release-file.ts';

/** A log's clock and ours may differ a little; an entry after the certificate's end would prove nothing. */
const MARGIN_MS = 60_000;

/**
 * Whether a signature that a journal holds can be proposed to the log again: it is over exactly what we would sign for
 * this file, by the key of its certificate, which is still good for a while.
 */
export function isUsable({ statement, certificate, signature }: SignedRecord, file: ReleaseFile, now: Date) {
  const { filename, digests } = file;
  if (!equalBytes(statement, encodePublishStatement({ filename, sha256Hex: digests.sha256 }))) return false;
  try {
    const { publicKey, notBefore, notAfter } = parseCertificate(certificate);
    if (notBefore > now || notAfter.getTime() - MARGIN_MS < now.getTime()) return false;
    return verify('sha256', preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, statement), publicKey, signature);
  } catch (error) {
    // A key of another kind makes the check itself fail.
    if (isAppError(error) || error instanceof Error) return false;
    throw error;
  }
}

/**
 * Proposes a signature of an earlier run to the log. Where that run logged it and never heard so, the log answers with the
 * entry that it has; a fresh signature would be a second one for ever. The attestation is verified as a new one is.
 * @throws RekorError, HttpError, VerificationError, TrustError
 */
export async function attestationOfRecord(
  file: ReleaseFile,
  record: SignedRecord,
  { context, http, instance, policies }: SigningOptions,
): Promise<Attestation> {
  const { trustedRoot, services } = chooseServices(context, instance, { output: 'pep740' });
  const witness = openWitness(services, trustedRoot, { http, signal: context.host.signal });
  const { statement, certificate, signature } = record;
  const content = {
    kind: 'dsse',
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    payload: statement,
    signature,
    keyid: '',
  } as const;
  const { transparencyEntries, timestamps } = await witness.witness({ content, certificate });
  const keyMaterial = { kind: 'certificate', chain: [certificate] } as const;
  const bundle: SigstoreBundle = { version: '0.3', keyMaterial, transparencyEntries, timestamps, content };
  const { filename, digests } = file;
  judgeAttestation({ filename, sha256: digests.sha256 }, bundle, instance, policies);
  return attestationFromBundle(bundle).attestation;
}
