// SPDX-License-Identifier: Apache-2.0
import type { Publisher } from '@colophon/attestation';
import type { SignerDescription } from '@colophon/verify';
import { CIRCLECI_ISSUER, GITHUB_ISSUER, GITLAB_ISSUER, GOOGLE_ISSUER } from './job-claims.ts';
import { formatPublisher, parsePublisher, type PublisherText } from './publisher-text.ts';

const CIRCLECI_PIPELINE =
  /^https:\/\/circleci\.com\/api\/v2\/projects\/([^/]+)\/pipeline-definitions\/([^/]+)$/;

/**
 * The publisher that a certificate speaks of, as `--publisher` names it: the workflow that was started, not one that it
 * called. Undefined for other signers, and for names that cannot be written so.
 */
export function signerPublisher({ issuer, identity, claims }: SignerDescription): PublisherText | undefined {
  const repository = claims['source-repository-uri'] ?? '';
  const file = workflowFile(claims['build-config-uri'], repository);
  if (issuer === GITHUB_ISSUER)
    return readBack(
      `github:${below(repository, 'https://github.com/')}${file === undefined ? '' : `/${file}`}`,
    );
  if (issuer === GITLAB_ISSUER)
    return readBack(
      `gitlab:${below(repository, 'https://gitlab.com/')}${file === undefined ? '' : `//${file}`}`,
    );
  if (issuer === CIRCLECI_ISSUER) {
    const [, project, definition] = CIRCLECI_PIPELINE.exec(claims['build-signer-uri'] ?? '') ?? [];
    return readBack(`circleci:${project}/${definition}`);
  }
  return issuer === GOOGLE_ISSUER && identity !== undefined ? readBack(`google:${identity}`) : undefined;
}

function below(uri: string, host: string): string {
  return uri.startsWith(host) ? uri.slice(host.length) : '';
}

// https://github.com/o/r/.github/workflows/FILE@REF, or https://gitlab.com/ns/p//PATH@REF
function workflowFile(uri: string | undefined, repository: string): string | undefined {
  if (uri?.startsWith(repository) !== true) return undefined;
  const rest = uri.slice(repository.length);
  return /^(?:\/\.github\/workflows\/|\/\/)([^@]+)@/.exec(rest)?.[1];
}

// What a certificate says is only shown as a flag's value if that flag would read it again.
function readBack(text: string): PublisherText | undefined {
  try {
    const publisher = parsePublisher(text);
    return formatPublisher(publisher) === text ? publisher : undefined;
  } catch {
    return undefined;
  }
}

/** Who signed, in a few words: the publisher at its ref where there is one, else the identity with its issuer. */
export function describeWho(signer: SignerDescription): string {
  if (signer.identityKind === 'key') return `the demanded key (sha256 ${signer.fingerprint})`;
  const publisher = signerPublisher(signer);
  const ref = signer.claims['source-repository-ref'] ?? signer.claims['source-repository-digest'];
  if (publisher !== undefined) return `${formatPublisher(publisher)}${ref === undefined ? '' : `@${ref}`}`;
  return `${signer.identity ?? 'an identity of unknown form'} (${signer.issuer ?? 'no issuer'})`;
}

/** Whom an index names as the publisher, which nobody signed. */
export function describeClaim(publisher: Publisher | undefined): string | undefined {
  if (publisher === undefined) return undefined;
  const text = claimText(publisher);
  return `${text ?? `a publisher of the kind ${publisher.kind === 'unknown' ? publisher.name : publisher.kind}`} (nobody signed that)`;
}

function claimText(publisher: Publisher): string | undefined {
  switch (publisher.kind) {
    case 'GitHub':
    case 'GitLab':
    case 'Google':
    case 'CircleCI':
      return formatPublisher(publisher);
    default:
      return undefined;
  }
}
