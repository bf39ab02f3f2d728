// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { equalBytes } from '@colophon/base';
import { parseCertificate, parseTimestamp, PkiError, verifyTimestamp } from '@colophon/pki';
import type { LogProposal, TransparencyLog } from '@colophon/rekor';
import type { TrustedRoot } from '@colophon/trust';
import type { SignatureBundle, VerificationMaterial, Witness } from '@sigstore/sign';
import { materialOf, proposalOf } from './builder-forms.ts';
import { SignError } from './sign-error.ts';
import type { TimestampResponse } from './time-stamp-answer.ts';
import type { TimestampAuthorityClient } from './timestamp-authority-client.ts';

export interface SignatureWitnessOptions {
  /** At least one. */
  readonly logs: readonly TransparencyLog[];
  /** At least one where a log is of Rekor v2, which signs no time itself. */
  readonly timestampAuthorities: readonly Pick<TimestampAuthorityClient, 'requestTimestamp'>[];
  /** Who may have made the timestamps. */
  readonly trustedRoot: Pick<TrustedRoot, 'timestampAuthorities'>;
  /**
   * Is given every signature that is about to be logged, and waited for. Whoever keeps it can propose it again after a
   * crash: a Rekor v1 log then gives the entry that it has, where a fresh signature would be a second one.
   */
  readonly keep?: (proposal: LogProposal) => Promise<void>;
}

/** What was said about a signature: when it was there, and where it is logged. */
export interface Testimony {
  /** RFC 3161 responses, each the DER of a TimeStampResp. */
  readonly timestamps: readonly Uint8Array[];
  readonly transparencyEntries: readonly ProvenLogEntry[];
}

/**
 * Has signatures witnessed: first by the timestamp authorities, then by the logs. A log cannot forget, so whatever may
 * fail before it comes before it. For envelopes it takes the form that @sigstore/sign's builders ask for.
 */
export class SignatureWitness implements Witness {
  readonly #options: SignatureWitnessOptions;
  #read: { readonly certificate: Uint8Array; readonly end: Date } | undefined;

  /** @throws TypeError when nobody would testify to the time */
  constructor(options: SignatureWitnessOptions) {
    const { logs, timestampAuthorities } = options;
    if (logs.length === 0) throw new TypeError('a witness needs a transparency log');
    if (timestampAuthorities.length === 0 && logs.some(({ majorApiVersion }) => majorApiVersion === 2))
      throw new TypeError('beside Rekor v2 a witness needs a timestamp authority');
    this.#options = options;
  }

  /**
   * Has one signature witnessed.
   * @throws SignError ERR_TSA_*, before anything was logged; ERR_SIGN_LATE where the certificate had ended before it was
   * @throws RekorError, HttpError
   */
  async witness(proposal: LogProposal): Promise<Testimony> {
    const { logs, timestampAuthorities, trustedRoot } = this.#options;
    const { signature } = proposal.content;
    const responses = await Promise.all(
      timestampAuthorities.map((authority) => authority.requestTimestamp(signature)),
    );
    for (const response of responses) judgeTimestamp(response, proposal, trustedRoot);
    await this.#options.keep?.(proposal);
    const transparencyEntries: ProvenLogEntry[] = [];
    // One after the other: where the first refuses, the second is left without an orphan.
    for (const log of logs) transparencyEntries.push(await log.createEntry(proposal));
    for (const entry of transparencyEntries) assertInTime(entry, this.#end(proposal.certificate));
    return { timestamps: responses.map(({ der }) => der), transparencyEntries };
  }

  // One certificate serves many signatures: it is read once.
  #end(certificate: Uint8Array): Date {
    if (this.#read === undefined || !equalBytes(this.#read.certificate, certificate))
      this.#read = { certificate, end: parseCertificate(certificate).notAfter };
    return this.#read.end;
  }

  async testify(content: SignatureBundle, certificatePem: string): Promise<VerificationMaterial> {
    return materialOf(await this.witness(proposalOf(content, certificatePem)));
  }
}

// What no verifier would take must not be logged either.
function judgeTimestamp(
  { der, time }: TimestampResponse,
  { content, certificate }: LogProposal,
  { timestampAuthorities }: SignatureWitnessOptions['trustedRoot'],
): void {
  try {
    verifyTimestamp(parseTimestamp(der), content.signature, timestampAuthorities);
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw new SignError('ERR_TSA_TIMESTAMP', 'the timestamp that an authority gave is not used', { cause });
  }
  assertValidAt(certificate, time);
}

// Two clocks that disagree make evidence that nobody can verify, and so does a certificate that has ended.
function assertValidAt(certificate: Uint8Array, time: Date): void {
  const { notBefore, notAfter } = parseCertificate(certificate);
  if (time >= notBefore && time <= notAfter) return;
  const [at, from, to] = [time, notBefore, notAfter].map((date) => date.toISOString());
  throw new SignError(
    'ERR_TSA_TIMESTAMP',
    `the timestamp authority says that it is ${at}, and the certificate is valid from ${from} to ${to}`,
    { details: { late: time > notAfter } },
  );
}

// The time that a Rekor v1 log signs. Whether it did is the verifier's to say; a late one need not be shown to it.
function assertInTime({ integratedTime = 0n }: ProvenLogEntry, end: Date): void {
  if (integratedTime * 1000n <= BigInt(end.getTime())) return;
  const at = new Date(Number(integratedTime) * 1000).toISOString();
  throw new SignError(
    'ERR_SIGN_LATE',
    `the log took the signature at ${at}, and its certificate had ended at ${end.toISOString()}`,
    { details: { late: true } },
  );
}
