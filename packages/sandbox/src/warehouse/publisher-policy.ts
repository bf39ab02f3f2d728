// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { refused, unusable } from './attestation-verdict.ts';
import { subjectNames } from './certificate-profile.ts';
import { DER_TAGS, readDer } from './der.ts';
import type { LeafCertificate } from './leaf-certificate.ts';
import type { GitHubPublisher, GitLabPublisher, GooglePublisher, PublisherIdentity } from './publisher.ts';

const FULCIO = '1.3.6.1.4.1.57264.1';
const ISSUER_V1 = `${FULCIO}.1`;
const ISSUER = `${FULCIO}.8`;
const REPOSITORY_URI = `${FULCIO}.12`;
const REPOSITORY_DIGEST = `${FULCIO}.13`;
const REPOSITORY_REF = `${FULCIO}.14`;
const BUILD_CONFIG_URI = `${FULCIO}.18`;

/** Holds a certificate to the publisher who uploads (pypi.md §2, table of policies): exact texts, upper and lower case count. */
export function assertPublisher(leaf: LeafCertificate, publisher: PublisherIdentity): void {
  if (publisher.kind === 'GitHub') assertGitHub(leaf, publisher);
  else if (publisher.kind === 'GitLab') assertGitLab(leaf, publisher);
  else assertGoogle(leaf, publisher);
}

function assertGitHub(leaf: LeafCertificate, { repository, workflow }: GitHubPublisher): void {
  assertClaim(leaf, ISSUER, 'https://token.actions.githubusercontent.com');
  assertClaim(leaf, REPOSITORY_URI, `https://github.com/${repository}`);
  const uri = requiredClaim(leaf, BUILD_CONFIG_URI);
  const commits = [claim(leaf, REPOSITORY_DIGEST), claim(leaf, REPOSITORY_REF)].filter(
    (part) => part !== undefined,
  );
  if (commits.length === 0)
    throw refused('Certificate must contain either Source Repository Digest or Source Repository Ref');
  const expected = commits.map(
    (commit) => `https://github.com/${repository}/.github/workflows/${workflow}@${commit}`,
  );
  if (!expected.includes(uri)) throw differs(uri, `${workflow} @ ${repository}`);
}

function assertGitLab(leaf: LeafCertificate, { repository, workflowFilepath }: GitLabPublisher): void {
  assertClaim(leaf, ISSUER, 'https://gitlab.com');
  assertClaim(leaf, REPOSITORY_URI, `https://gitlab.com/${repository}`);
  const uri = requiredClaim(leaf, BUILD_CONFIG_URI);
  const commits = [requiredClaim(leaf, REPOSITORY_DIGEST), requiredClaim(leaf, REPOSITORY_REF)];
  const expected = commits.map((commit) => `https://gitlab.com/${repository}//${workflowFilepath}@${commit}`);
  if (!expected.includes(uri)) throw differs(uri, `${workflowFilepath} @ ${repository}`);
}

function assertGoogle(leaf: LeafCertificate, { email }: GooglePublisher): void {
  const issuer = leaf.extensions.get(ISSUER_V1);
  if (!issuer) throw refused(`Certificate does not contain OIDCIssuer (${ISSUER_V1}) extension`);
  if (decodeUtf8(issuer.value) !== 'https://accounts.google.com')
    throw refused("Certificate's OIDCIssuer does not match");
  const names = subjectNames(leaf);
  if (!names.some(({ kind, value }) => kind === 'email' && value === email))
    throw refused(`Certificate's SANs do not match ${email}`);
}

function assertClaim(leaf: LeafCertificate, oid: string, expected: string): void {
  const value = claim(leaf, oid);
  if (value === undefined) throw refused(`Certificate does not contain ${oid} extension`);
  if (value !== expected)
    throw refused(`Certificate's ${oid} does not match (got ${value}, expected ${expected})`);
}

function requiredClaim(leaf: LeafCertificate, oid: string): string {
  const value = claim(leaf, oid);
  if (value === undefined) throw unusable(`No <ObjectIdentifier(oid=${oid})> extension was found`);
  return value;
}

function claim(leaf: LeafCertificate, oid: string): string | undefined {
  const extension = leaf.extensions.get(oid);
  return extension && decodeUtf8(readDer(extension.value, DER_TAGS.utf8String).content);
}

function differs(uri: string, publisher: string) {
  return refused(
    `Certificate's Build Config URI (${uri}) does not match expected Trusted Publisher (${publisher})`,
  );
}
