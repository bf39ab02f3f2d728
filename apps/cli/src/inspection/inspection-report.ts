// SPDX-License-Identifier: Apache-2.0
import type { SignerDescription } from '@colophon/verify';
import type { Context, Outcome } from '../command.ts';
import { statusOfVerifying } from '../exit-status.ts';
import { identityFlags } from '../identity/identity-flags.ts';
import { inspectedJson, statusOfInspected } from './inspection-json.ts';
import type { Inspected, InspectedEvidence, Inspection, LoggedAt } from './inspection.ts';
import { predicateTypeName } from '../identity/predicate-type.ts';
import { describeClaim } from '../identity/signer-text.ts';
import { shellLine } from '../render/shell-words.ts';
import { isoTime } from '../verdict/verdict-json.ts';

/** A line: what it is about, and what it says; undefined leaves it out. */
type Row = readonly [label: string, text: string | undefined];

const LABEL_WIDTH = 13;
const NOT_PROVEN = 'nothing here was verified: neither signature nor certificate nor log';
const SHOWN_SUBJECTS = 3;

/** Shows inspections, a screen for each piece of evidence. */
export function reportInspections(all: readonly Inspected[], context: Context): Outcome {
  const { talk, options } = context;
  const trustFlags = [
    ...(options.staging ? ['--staging'] : []),
    ...(options.instance === undefined ? [] : ['--instance', options.instance]),
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
  const status = statusOfVerifying(all.map(statusOfInspected));
  const targets = all.map((one) => inspectedJson(one, commands));
  return { status, report: { schema: 'colophon.inspect/1', status, judged: false, targets } };
}

function commandFor(
  { inspection, verifyWith }: InspectedEvidence,
  trustFlags: readonly string[],
): readonly string[] | undefined {
  const flags = inspection.signer === undefined ? ['--key', 'KEY.pem'] : identityFlags(inspection.signer);
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
    ['index says', describeClaim(inspection.claimedPublisher)],
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
