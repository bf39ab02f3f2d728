// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import { PUBLIC_CLAIMS, type TokenClaims } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import type { Talk } from '../render/talk.ts';
import type { Diagnosis, SubjectDiagnosis } from './diagnosis.ts';
import type { HostCheck } from './host-check.ts';
import type { Finding } from './job-findings.ts';
import type { PredictedCertificate } from './predicted-certificate.ts';
import type { FieldComparison, FieldVerdict } from './publisher-comparison.ts';

/** All that a check-up found out. */
export interface CheckUp {
  readonly index: PackageIndex;
  /** The place that gives tokens, such as `GitHub Actions`. */
  readonly provider: string | undefined;
  /** Undefined without a token. */
  readonly diagnosis: Diagnosis | undefined;
  readonly hosts: readonly HostCheck[];
  /** Everything that was found, the diagnosis' own findings included. */
  readonly findings: readonly Finding[];
}

/** Shows a check-up to a person, on stdout: this is the result. Never a token. */
export function showCheckUp({ index, provider, diagnosis, hosts, findings }: CheckUp, talk: Talk): void {
  const line = (text: string) => talk.result(text);
  line(`index: ${index.name} (${index.uploadUrl})`);
  if (diagnosis !== undefined) showDiagnosis(diagnosis, provider, line);
  line('hosts:');
  for (const { purpose, origin, status, failure } of hosts)
    line(
      status === undefined
        ? `  NOT REACHED ${origin}, for ${purpose}: ${failure}`
        : `  reached ${origin}, for ${purpose}`,
    );
  for (const { severity, code, message } of findings) line(`${severity}[${code}]: ${message}`);
  if (findings.length === 0) line('nothing stands in the way, as far as it can be told from here');
}

function showDiagnosis(
  diagnosis: Diagnosis,
  provider: string | undefined,
  line: (text: string) => void,
): void {
  const { claims, certificate, mintsBy, attestsBy, subjects } = diagnosis;
  line(`job: ${provider ?? 'a job'}`);
  for (const [name, value] of shownClaims(claims)) line(`  ${name}: ${value}`);
  line(`the index mints by: ${mintsBy ?? 'nothing that it knows'}`);
  line(`attestations are known by: ${attestsBy ?? 'nothing that the index knows'}`);
  if (certificate !== undefined) showCertificate(certificate, line);
  for (const subject of subjects) showSubject(subject, line);
}

/** The public claims that the token has, in a fixed order; never one that a certificate would not carry. */
function shownClaims(claims: TokenClaims): [name: string, value: string][] {
  const named = PUBLIC_CLAIMS.flatMap((name): [string, string][] => {
    const value = claims[name];
    return value === undefined ? [] : [[name, value]];
  });
  return [['iss', claims.iss], ['sub', claims.sub], ...named];
}

function showCertificate(
  { identity, issuer, extensions }: PredictedCertificate,
  line: (text: string) => void,
): void {
  line('the certificate would say:');
  line(`  identity: ${identity}`);
  line(`  issuer: ${issuer}`);
  for (const [name, value] of Object.entries(extensions)) line(`  ${name}: ${value}`);
}

const WORDS: Readonly<Record<FieldVerdict, string>> = {
  same: 'the same',
  case: 'DIFFERS in upper and lower case',
  differs: 'DIFFERS',
  missing: 'MISSING in this job',
  any: 'left open by the publisher',
  unknown: 'not known',
};

function showSubject(subject: SubjectDiagnosis, line: (text: string) => void): void {
  const { project, expected, origin, fields, row } = subject;
  const of = project === undefined ? '' : ` of ${project}`;
  if (expected === undefined) line(`the publisher${of} is unknown: no index publishes its list`);
  else line(`the publisher${of}, by ${origin}:`);
  for (const field of fields) line(`  ${fieldText(field)}`);
  if (row === undefined) return;
  line(`to be entered on the index (${row.provider}):`);
  for (const [label, value] of row.fields) line(`  ${label}: ${value === '' ? '(leave empty)' : value}`);
  if (row.url !== undefined) line(`  at ${row.url}`);
}

function fieldText({ field, registered, job, verdict }: FieldComparison): string {
  const both = verdict === 'same' ? (job ?? '') : `registered ${registered ?? '-'}, this job ${job || '-'}`;
  return `${field}: ${both} (${WORDS[verdict]})`;
}

/** The same as a document. */
export function checkUpJson({ index, provider, diagnosis, hosts, findings }: CheckUp): JsonObject {
  return {
    index: index.name,
    uploadUrl: index.uploadUrl,
    job:
      diagnosis === undefined
        ? null
        : { provider: provider ?? null, claims: Object.fromEntries(shownClaims(diagnosis.claims)) },
    mintsBy: diagnosis?.mintsBy ?? null,
    attestsBy: diagnosis?.attestsBy ?? null,
    certificate: diagnosis?.certificate === undefined ? null : certificateJson(diagnosis.certificate),
    publishers: (diagnosis?.subjects ?? []).map(subjectJson),
    hosts: hosts.map(({ purpose, origin, status, failure }) => ({
      purpose,
      origin,
      reached: status !== undefined,
      ...(failure === undefined ? {} : { failure }),
    })),
    findings: findings.map(({ code, severity, message }) => ({ code, severity, message })),
  };
}

function certificateJson({ identity, issuer, extensions }: PredictedCertificate): JsonObject {
  return { identity, issuer, extensions: { ...extensions } };
}

function subjectJson({ project, expected, origin, fields, row }: SubjectDiagnosis): JsonObject {
  return {
    project: project ?? null,
    known: expected !== undefined,
    origin: origin ?? null,
    fields: fields.map(({ field, registered, job, verdict }) => ({
      field,
      registered: registered ?? null,
      job: job ?? null,
      verdict,
    })),
    row:
      row === undefined
        ? null
        : {
            provider: row.provider,
            fields: row.fields.map(([label, value]) => ({ label, value })),
            url: row.url ?? null,
          },
  };
}
