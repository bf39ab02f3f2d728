// SPDX-License-Identifier: Apache-2.0
import type { IdToken, TokenClaims } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import { findInComparison, findInJob, type Finding } from './job-findings.ts';
import { type PredictedCertificate, predictCertificate } from './predicted-certificate.ts';
import { comparePublisher, type ExpectedPublisher, type FieldComparison } from './publisher-comparison.ts';
import { GITHUB_ISSUER } from '../identity/job-claims.ts';
import { publisherRow, type PublisherRow } from './publisher-row.ts';

/** A project, or none, with the publisher that it is known to have. */
export interface Subject {
  readonly project: string | undefined;
  readonly expected: ExpectedPublisher | undefined;
  /** Where that was learnt: `--publisher`, or the file whose provenance names it. */
  readonly origin: string | undefined;
}

export interface SubjectDiagnosis extends Subject {
  readonly fields: readonly FieldComparison[];
  readonly row: PublisherRow | undefined;
}

/** What would happen to a release by this job. */
export interface Diagnosis {
  readonly claims: TokenClaims;
  readonly certificate: PredictedCertificate | undefined;
  /** The claims by which an index mints, and by which attestations are known, where these may differ. */
  readonly mintsBy: string | undefined;
  readonly attestsBy: string | undefined;
  readonly subjects: readonly SubjectDiagnosis[];
  readonly findings: readonly Finding[];
}

/** Tells from a job's token what certificate it would get, and how it fits the publishers that are known. Opens no connection. */
export function diagnose(token: IdToken, index: PackageIndex, subjects: readonly Subject[]): Diagnosis {
  const { claims } = token;
  const compared = subjects.map((subject) => compareSubject(subject, claims, index));
  const mismatches = compared.flatMap(({ fields, expected }) =>
    expected === undefined ? [] : findInComparison(fields, expected, claims),
  );
  const ofJob = findInJob(claims, index);
  return {
    claims,
    certificate: predictCertificate(token),
    ...(claims.iss === GITHUB_ISSUER
      ? { mintsBy: claims.job_workflow_ref, attestsBy: claims.workflow_ref }
      : {
          mintsBy: claims.ci_config_ref_uri ?? claims.email,
          attestsBy: claims.ci_config_ref_uri ?? claims.email,
        }),
    subjects: compared,
    findings: distinct([...ofJob, ...mismatches]),
  };
}

function compareSubject(subject: Subject, claims: TokenClaims, index: PackageIndex): SubjectDiagnosis {
  const { expected, project } = subject;
  return {
    ...subject,
    fields: expected === undefined ? [] : comparePublisher(claims, expected),
    row: publisherRow(claims, index, project),
  };
}

// Ten projects of one repository suffer from the same mistake once.
function distinct(findings: readonly Finding[]): Finding[] {
  const known = new Set<string>();
  return findings.filter(({ message }) => !known.has(message) && known.add(message));
}
