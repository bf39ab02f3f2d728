// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import { EXIT, statusOfVerifying, type ExitStatus } from '../exit-status.ts';
import type { Inspected, InspectedEvidence, Inspection } from './inspection.ts';
import { failureJson, statusOfError } from '../render/failure.ts';
import { describeClaim } from '../identity/signer-text.ts';
import { isoTime, signerJson } from '../verdict/verdict-json.ts';

/** The exit status that one word of the command line has by itself. */
export function statusOfInspected({ errors }: Inspected): ExitStatus {
  return statusOfVerifying([EXIT.ok, ...errors.map(statusOfError)]);
}

/** What was found for one word, for `--json`. */
export function inspectedJson(
  one: Inspected,
  commands: ReadonlyMap<InspectedEvidence, readonly string[] | undefined>,
): JsonObject {
  const { shown, sha256, attestations, errors } = one;
  return {
    target: shown,
    ...(sha256 === undefined ? {} : { sha256 }),
    status: statusOfInspected(one),
    attestations: attestations.map((attestation) => inspectionJson(attestation, commands.get(attestation))),
    errors: errors.map(failureJson),
  };
}

function inspectionJson(
  { inspection }: InspectedEvidence,
  command: readonly string[] | undefined,
): JsonObject {
  const { evidence, form, signer, statement, logged, timestamps } = inspection;
  return {
    evidence,
    form: form === 'Sigstore bundle' ? 'bundle' : 'pep740',
    signer: signer === undefined ? null : signerJson(signer),
    statement: statement === undefined ? null : statementJson(statement),
    logged: logged.map(({ log, known, logIndex, time }) => ({
      log,
      known,
      logIndex: logIndex.toString(),
      time: time === undefined ? null : isoTime(time),
    })),
    timestamps,
    publisherClaim: describeClaim(inspection.claimedPublisher) ?? null,
    command: command === undefined ? null : [...command],
  };
}

function statementJson({ predicateType, subjects }: NonNullable<Inspection['statement']>): JsonObject {
  const listed: JsonValue[] = subjects.map(({ name, digest }) => ({ name, digest: { ...digest } }));
  return { predicateType, subjects: listed };
}
