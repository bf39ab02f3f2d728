// SPDX-License-Identifier: Apache-2.0
import {
  AttestationError,
  bundleFromAttestation,
  type Publisher,
  type Statement,
  type TransparencyLogEntry,
} from '@colophon/attestation';
import { encodeHex, equalBytes, isAppError } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import { statementOf } from '../convert/convert-piece.ts';
import { describeSigner, type Evidence, type SignerDescription } from '@colophon/verify';

/** A log entry as the evidence has it. */
export interface LoggedAt {
  /** The address of the log where a trusted root knows its id, else the id. */
  readonly log: string;
  readonly known: boolean;
  readonly logIndex: bigint;
  /** Undefined where the log gives none, as Rekor v2 does. */
  readonly time: Date | undefined;
}

/** What one piece of evidence says. Nothing of it was verified. */
export interface Inspection {
  readonly evidence: string;
  readonly form: 'PEP 740 attestation' | 'Sigstore bundle';
  /** Undefined where it was signed with a bare key. */
  readonly signer: SignerDescription | undefined;
  /** Undefined for a signature over the file itself. */
  readonly statement: Statement | undefined;
  readonly logged: readonly LoggedAt[];
  /** RFC 3161 timestamps. */
  readonly timestamps: number;
  /** Whom an index names as the publisher. */
  readonly claimedPublisher: Publisher | undefined;
}

/** What was found for one word of the command line. */
export interface Inspected {
  readonly shown: string;
  readonly sha256: string | undefined;
  readonly attestations: readonly InspectedEvidence[];
  readonly errors: readonly Error[];
}

export interface InspectedEvidence {
  readonly inspection: Inspection;
  /** The command that would verify it, up to the identity. */
  readonly verifyWith: readonly string[];
}

/** Takes a piece of evidence apart. What is in no form that can be read was not judged by that. @throws AttestationError */
export function inspectEvidence(evidence: Evidence, roots: readonly TrustedRoot[]): Inspection {
  try {
    return readInspection(evidence, roots);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const code = evidence.kind === 'pep740' ? 'ERR_ATTESTATION' : 'ERR_BUNDLE';
    throw new AttestationError(code, `${evidence.name}: ${cause.message}`, { cause });
  }
}

function readInspection(evidence: Evidence, roots: readonly TrustedRoot[]): Inspection {
  const pep740 = evidence.kind === 'pep740';
  const bundle = pep740 ? bundleFromAttestation(evidence.attestation) : evidence.bundle;
  const { keyMaterial, transparencyEntries, timestamps } = bundle;
  return {
    evidence: evidence.name,
    form: pep740 ? 'PEP 740 attestation' : 'Sigstore bundle',
    signer: keyMaterial.kind === 'certificate' ? describeSigner(keyMaterial.chain[0]) : undefined,
    statement: statementOf(evidence),
    logged: transparencyEntries.map((entry) => loggedAt(entry, roots)),
    timestamps: timestamps.length,
    claimedPublisher: pep740 ? evidence.claimedPublisher : undefined,
  };
}

function loggedAt(
  { logId, logIndex, integratedTime }: TransparencyLogEntry,
  roots: readonly TrustedRoot[],
): LoggedAt {
  const logs = roots.flatMap(({ transparencyLogs }) => transparencyLogs);
  const log = logs.find((one) => equalBytes(one.logId, logId));
  const time = integratedTime === undefined ? undefined : new Date(Number(integratedTime) * 1000);
  return {
    log: log?.baseUrl ?? encodeHex(logId),
    known: log !== undefined,
    logIndex,
    time: time === undefined || Number.isNaN(time.getTime()) ? undefined : time,
  };
}
