// SPDX-License-Identifier: Apache-2.0
import { encodeHex, isAppError, sha256 as digest, type JsonObject, type JsonValue } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import type { SignerDescription, VerifiedEvidence } from '@colophon/verify';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import type { BadEvidence, FileVerdict } from './file-verdict.ts';
import type { Demands } from '../identity/policy-flags.ts';
import { failureJson } from '../render/failure.ts';
import { describeWho } from '../identity/signer-text.ts';

interface Word {
  /** At the start of a result line. */
  readonly text: string;
  /** In the JSON document. */
  readonly json: string;
}

const OTHERWISE: Word = { text: 'ERROR', json: 'error' };
const WORDS: Readonly<Partial<Record<ExitStatus, Word>>> = {
  [EXIT.ok]: { text: 'OK', json: 'verified' },
  [EXIT.failed]: { text: 'FAIL', json: 'failed' },
  [EXIT.noEvidence]: { text: 'NONE', json: 'unsigned' },
  [EXIT.undecided]: { text: 'UNDECIDED', json: 'undecided' },
};

/** The word for a file's exit status. */
export function wordFor(status: ExitStatus): Word {
  return WORDS[status] ?? OTHERWISE;
}

/** A moment in UTC, to the second. */
export function isoTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/** The verdict on one file by one of these roots, for `--json`. */
export function verdictJson(verdict: FileVerdict, roots: readonly TrustedRoot[]): JsonObject {
  const { file, sha256, status, error, accepted, failures, notCounted, notes, saved } = verdict;
  return {
    file,
    ...(sha256 === undefined ? {} : { sha256 }),
    outcome: wordFor(status).json,
    retry: false,
    ...(error === undefined ? { status } : failureJson(error)),
    accepted: accepted.map((one) => acceptedJson(one, roots)),
    failures: failures.map(badEvidenceJson),
    notCounted: notCounted.map(badEvidenceJson),
    notes: [...notes],
    ...(saved === undefined ? {} : { saved }),
  };
}

function badEvidenceJson({ name, error }: BadEvidence): JsonObject {
  const { code, message, causes } = failureJson(error);
  const details = isAppError(error) ? (error.details as JsonObject) : {};
  return { evidence: name, code: code ?? null, message: message ?? null, causes: causes ?? [], details };
}

function acceptedJson(one: VerifiedEvidence, roots: readonly TrustedRoot[]): JsonObject {
  return {
    evidence: one.evidence.name,
    form: one.evidence.kind,
    predicateType: one.predicateType ?? null,
    subject: one.subjectName ?? null,
    signer: signerJson(one.signer),
    times: one.times.map(({ source, time }) => ({ source, time: isoTime(time) })),
    logged: one.logged.map(({ log, logIndex }) => ({ log, logIndex: logIndex.toString() })),
    root: roots.indexOf(one.trustedRoot),
    policy: one.policy,
    ...(one.publisherClaim === undefined ? {} : { publisherClaim: one.publisherClaim }),
  };
}

/** What was demanded, for `--json`; a key by the SHA-256 of its SubjectPublicKeyInfo. */
export function demandedJson(demands: Demands): JsonValue {
  return demands.map(({ anyOf, ...rest }) => ({
    anyOf: anyOf.map((policy) => {
      if (policy.kind !== 'key') return policy as unknown as JsonObject;
      const spki = policy.publicKey.export({ type: 'spki', format: 'der' });
      return { kind: 'key', sha256: encodeHex(digest(spki)) };
    }),
    ...(rest as JsonObject),
  }));
}

/** What a certificate says of its owner; of a key nothing but which it is, for a bundle’s hint is signed by nobody. */
export function signerJson(signer: SignerDescription): JsonObject {
  const text = describeWho(signer);
  const { fingerprint: sha256 } = signer;
  if (signer.identityKind === 'key')
    return { text, identity: null, issuer: null, claims: {}, certificate: null, key: { sha256 } };
  return {
    text,
    identity: signer.identity ?? null,
    issuer: signer.issuer ?? null,
    claims: { ...signer.claims },
    certificate: {
      notBefore: isoTime(signer.notBefore),
      notAfter: isoTime(signer.notAfter),
      serialNumber: signer.serialNumber,
      sha256,
    },
  };
}
