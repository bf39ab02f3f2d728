// SPDX-License-Identifier: Apache-2.0
import type { Publisher } from '@colophon/attestation';
import type { JsonObject, JsonValue } from '@colophon/base';
import { policyForPublisher, type SignerDescription } from '@colophon/verify';
import type { Context, Outcome } from './command.ts';
import { EXIT, statusOfVerifying } from './exit-status.ts';
import { identityFlags, shellLine } from './identity-flags.ts';
import type { Inspection, LoggedAt } from './inspection.ts';
import { predicateTypeName } from './policy-flags.ts';
import { formatPublisher, type PublisherText } from './publisher-text.ts';
import { failureJson, statusOfError } from './render/failure.ts';
import { isoTime, signerJson } from './verdict-report.ts';

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

/** A line: what it is about, and what it says; undefined leaves it out. */
type Row = readonly [label: string, text: string | undefined];

const LABEL_WIDTH = 13;
const NOT_PROVEN = 'nothing here was verified: neither signature nor certificate nor log';
const SHOWN_SUBJECTS = 3;

/** Shows inspections, a screen for each piece of evidence. */
export function reportInspections(all: readonly Inspected[], context: Context): Outcome {
  const { talk, options } = context;
  const trustFlags = [
    ...(options.trustConfig === undefined ? [] : ['--trust-config', options.trustConfig]),
    ...(options.trustedRoot === undefined ? [] : ['--trusted-root', options.trustedRoot]),
  ];
  const commands = new Map(
    all.flatMap(({ attestations }) => attestations.map((one) => [one, commandFor(one, trustFlags)])),
  );
  let separator = false;
  for (const one of all)
    for (const attestation of one.attestations) {
      if (separator) talk.result('');
      separator = true;
      for (const line of screen(one, attestation, commands.get(attestation))) talk.result(line);
    }
  for (const error of all.flatMap(({ errors }) => errors)) talk.error(error);
  const status = statusOfVerifying(all.map(statusOf));
  const targets = all.map((one) => inspectedJson(one, commands));
  return { status, report: { schema: 'colophon.inspect/1', status, judged: false, targets } };
}

function statusOf({ errors }: Inspected) {
  return statusOfVerifying([EXIT.ok, ...errors.map(statusOfError)]);
}

function commandFor(
  { inspection, verifyWith }: InspectedEvidence,
  trustFlags: readonly string[],
): readonly string[] | undefined {
  const flags = inspection.signer === undefined ? undefined : identityFlags(inspection.signer);
  if (flags === undefined) return undefined;
  return ['colophon', ...verifyWith, ...flags, ...typeFlags(inspection, verifyWith), ...trustFlags];
}

// What a verification demands without being told to needs no flag.
function typeFlags({ statement }: Inspection, verifyWith: readonly string[]): string[] {
  if (statement === undefined) return [];
  const type = predicateTypeName(statement.predicateType);
  const byDefault = verifyWith[1] === 'pypi' ? ['publish'] : ['publish', 'slsa-provenance'];
  return byDefault.includes(type) ? [] : ['--predicate-type', type];
}

function screen(
  { shown, sha256 }: Inspected,
  { inspection }: InspectedEvidence,
  command: readonly string[] | undefined,
): string[] {
  const { signer, statement, logged, timestamps } = inspection;
  const demand = command === undefined ? 'no flag can demand an identity of this form' : shellLine(command);
  const rows: Row[] = [
    ['evidence', `${inspection.evidence} (${inspection.form})`],
    ...(signer === undefined
      ? [['who', 'the owner of a bare key, whom it does not name'] as const]
      : signerRows(signer)),
    ['index says', claimedPublisher(inspection.claimedPublisher)],
    ...(signer === undefined
      ? []
      : [['certificate', `${isoTime(signer.notBefore)} to ${isoTime(signer.notAfter)}`] as const]),
    ...logged.flatMap(logRows),
    ['timestamps', timestamps === 0 ? undefined : `${timestamps} by timestamp authorities`],
    ...statementRows(statement, sha256),
    ['not proven', NOT_PROVEN],
  ];
  const lines = rows.flatMap(([label, text]) =>
    text === undefined ? [] : [`  ${label.padEnd(LABEL_WIDTH)}${text}`],
  );
  return [shown, ...lines, '  to demand this identity:', `    ${demand}`];
}

function signerRows({ identity, issuer, claims }: SignerDescription): Row[] {
  const [config, called] = [claims['build-config-uri'], claims['build-signer-uri']];
  const fromSource = claims['source-repository-uri'] !== undefined;
  return [
    ['who', identity ?? 'a name of unknown form'],
    ['issuer', issuer ?? 'none named'],
    ['repository', claims['source-repository-uri'] ?? claims['github-workflow-repository']],
    ['workflow', config],
    ['called', called === config ? undefined : called],
    ['ref', claims['source-repository-ref'] ?? claims['github-workflow-ref']],
    ['commit', claims['source-repository-digest'] ?? claims['github-workflow-sha']],
    ['trigger', claims['build-trigger'] ?? claims['github-workflow-trigger']],
    ['runner', claims['runner-environment']],
    ['environment', claims['deployment-environment'] ?? (fromSource ? 'none named' : undefined)],
    ['run', claims['run-invocation-uri']],
  ];
}

function logRows({ log, known, logIndex, time }: LoggedAt): Row[] {
  return [
    ['logged', time === undefined ? 'without a time' : isoTime(time)],
    ['log', `${known ? log : `${log}, which the trusted root does not know`} (index ${logIndex})`],
  ];
}

function statementRows(statement: Inspection['statement'], sha256: string | undefined): Row[] {
  if (statement === undefined) return [['what', 'a signature over the file itself']];
  const { predicateType, subjects } = statement;
  const short = predicateTypeName(predicateType);
  const more = subjects.length - SHOWN_SUBJECTS;
  return [
    ['type', short === predicateType ? short : `${short} (${predicateType})`],
    ...subjects
      .slice(0, SHOWN_SUBJECTS)
      .flatMap(({ name, digest }): Row[] => [
        ['subject', name],
        ...Object.entries(digest).map(
          ([algorithm, hex]): Row => [algorithm, `${hex}${compared(algorithm, hex, sha256)}`],
        ),
      ]),
    ['and', more > 0 ? `${more} subjects more` : undefined],
  ];
}

function compared(algorithm: string, hex: string, sha256: string | undefined): string {
  if (algorithm !== 'sha256' || sha256 === undefined || hex === sha256) return '';
  return `, but the file has ${sha256}`;
}

// An index's word, which nobody signed.
function claimedPublisher(publisher: Publisher | undefined): string | undefined {
  if (publisher === undefined) return undefined;
  const policy = policyForPublisher(publisher);
  if (policy === undefined)
    return `a publisher of the kind ${publisher.kind === 'unknown' ? publisher.name : publisher.kind} (nobody signed that)`;
  return `${formatPublisher(policy as PublisherText)} (nobody signed that)`;
}

function inspectedJson(
  one: Inspected,
  commands: ReadonlyMap<InspectedEvidence, readonly string[] | undefined>,
): JsonObject {
  const { shown, sha256, attestations, errors } = one;
  return {
    target: shown,
    ...(sha256 === undefined ? {} : { sha256 }),
    status: statusOf(one),
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
    publisherClaim: claimedPublisher(inspection.claimedPublisher) ?? null,
    command: command === undefined ? null : [...command],
  };
}

function statementJson({ predicateType, subjects }: NonNullable<Inspection['statement']>): JsonObject {
  const listed: JsonValue[] = subjects.map(({ name, digest }) => ({ name, digest: { ...digest } }));
  return { predicateType, subjects: listed };
}
