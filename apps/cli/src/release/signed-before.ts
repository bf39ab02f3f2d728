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
import { findDsseEntry, type EnvelopeProposal } from '@colophon/rekor';
import { openWitness, type Reach, type Testimony } from '@colophon/sign';
import type { SelectedServices } from '@colophon/trust';
import { judgeAttestation } from '../signing/attesting.ts';
import { chooseServices, type SigningOptions } from '../signing/signing.ts';
import type { SignedRecord } from './journal.ts';
import type { ReleaseFile } from './release-file.ts';

/** A log's clock and ours may differ a little; an entry after the certificate's end would prove nothing. */
const MARGIN_MS = 60_000;

/** Whether a signature that a journal holds is one of ours: over exactly what we would sign for this file, by its key. */
export function isUsable({ statement, certificate, signature }: SignedRecord, file: ReleaseFile, now: Date) {
  const { filename, digests } = file;
  if (!equalBytes(statement, encodePublishStatement({ filename, sha256Hex: digests.sha256 }))) return false;
  try {
    const { publicKey, notBefore } = parseCertificate(certificate);
    if (notBefore > now) return false;
    return verify('sha256', preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, statement), publicKey, signature);
  } catch (error) {
    // A key of another kind makes the check itself fail.
    if (isAppError(error) || error instanceof Error) return false;
    throw error;
  }
}

/**
 * Proposes a signature of an earlier run to the log. Where that run logged it and never heard so, the log answers with the
 * entry that it has; a fresh signature would be a second one for ever. Once the certificate has ended the log is only
 * asked: an entry made now would prove nothing. The attestation is verified as a new one is.
 * @returns undefined where nothing was logged, and it is too late for it.
 * @throws RekorError, HttpError, VerificationError, TrustError
 */
export async function attestationOfRecord(
  file: ReleaseFile,
  record: SignedRecord,
  { context, http, instance, policies }: SigningOptions,
): Promise<Attestation | undefined> {
  const { trustedRoot, services } = chooseServices(context, instance, { output: 'pep740' });
  const reach = { http, signal: context.host.signal };
  const { statement, certificate, signature } = record;
  const content = {
    kind: 'dsse',
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    payload: statement,
    signature,
    keyid: '',
  } as const;
  const testimony = isCurrent(certificate, context.host.now())
    ? await openWitness(services, trustedRoot, reach).witness({ content, certificate })
    : await findTestimony(services.logs, reach, { content, certificate });
  if (testimony === undefined) return undefined;
  const { transparencyEntries, timestamps } = testimony;
  const keyMaterial = { kind: 'certificate', chain: [certificate] } as const;
  const bundle: SigstoreBundle = { version: '0.3', keyMaterial, transparencyEntries, timestamps, content };
  const { filename, digests } = file;
  judgeAttestation({ filename, sha256: digests.sha256 }, bundle, instance, policies);
  return attestationFromBundle(bundle).attestation;
}

function isCurrent(certificate: Uint8Array, now: Date): boolean {
  return parseCertificate(certificate).notAfter.getTime() - MARGIN_MS > now.getTime();
}

async function findTestimony(
  logs: SelectedServices['logs'],
  reach: Reach,
  proposal: EnvelopeProposal,
): Promise<Testimony | undefined> {
  for (const { url } of logs) {
    const entry = await findDsseEntry({ url, ...reach }, proposal);
    if (entry !== undefined) return { timestamps: [], transparencyEntries: [entry] };
  }
  return undefined;
}
