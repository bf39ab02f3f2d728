// SPDX-License-Identifier: Apache-2.0
import type { Attestation } from '@colophon/attestation';
import type { HttpClient } from '@colophon/http';
import type { TokenClaims } from '@colophon/oidc';
import { IndexError, requestAudience, type PackageIndex } from '@colophon/pypi';
import { PUBLISH_PREDICATE_TYPE } from '@colophon/attestation';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { ambientToken } from '../identity/identity.ts';
import { formatPublisher, type PublisherText } from '../identity/publisher-text.ts';
import { settlePublisher } from '../identity/signer-policy.ts';
import { fetchListing, listedSame, type Listing, type ListingSource } from '../release/index-listing.ts';
import type { FileProgress } from '../release/release-report.ts';
import { loadTrust } from '../trust/instance.ts';
import { type BroughtAttestations, broughtAttestations } from './brought-attestations.ts';
import { cannotTell } from './index-access.ts';

/** An upload to one index. */
export interface Publication {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
}

/** What goes along with each file. */
export type Brought = ReadonlyMap<FileProgress, BroughtAttestations>;

/**
 * Looks how files stand on the index, by one page for each project: what is there byte for byte is done where that is
 * accepted, else refused. An index that does not say is left to refuse by itself.
 */
export async function lookUp(
  files: readonly FileProgress[],
  { context, index, http }: Publication,
  skipping: boolean,
): Promise<void> {
  const { signal } = context.host;
  for (const project of new Set(files.map(({ file }) => file.dist.name))) {
    const listing = await fetchListing(project, { index, http, signal }).catch((error: unknown) => ({
      error,
    }));
    signal.throwIfAborted();
    const ofProject = files.filter(({ file }) => file.dist.name === project);
    if (!('error' in listing))
      for (const one of ofProject) settle(one, listing, { index, http, signal, skipping });
    else if (skipping || !cannotTell(listing.error)) for (const one of ofProject) one.fail(listing.error);
    else context.talk.detail(`what ${index.name} has of ${project} cannot be asked there`);
  }
}

function settle(
  one: FileProgress,
  listing: Listing,
  source: ListingSource & { readonly skipping: boolean },
): void {
  try {
    if (listedSame(one.file, listing, source) === undefined) return;
    if (!source.skipping)
      throw new IndexError(
        'ERR_FILE_EXISTS',
        `${source.index.name} has ${one.file.filename} already, byte for byte; --skip-existing accepts that`,
      );
    one.wasThere = true;
    one.stage = 'uploaded';
  } catch (error) {
    one.fail(error);
  }
}

/**
 * Reads and verifies what lies beside each file, before the first byte is sent: the index will verify it for the publisher
 * behind this job's token, and so do we. A file that has none of the publish type fails.
 */
export async function collectAttestations(
  files: readonly FileProgress[],
  publication: Publication,
): Promise<Brought> {
  const { context, http, index } = publication;
  const audience = await requestAudience({ index, http, signal: context.host.signal });
  const token = await ambientToken(context, http, audience);
  const publisher = settlePublisher(token, undefined);
  const { roots } = await loadTrust(context);
  const found = new Map<FileProgress, BroughtAttestations>();
  for (const one of files) {
    try {
      const brought = await broughtAttestations(one.file, { roots, publisher });
      assertPublishAttestation(one, brought, publisher);
      found.set(one, brought);
      one.stage = 'attested';
      tell(one, brought, { context, claims: token.claims });
    } catch (error) {
      one.fail(error);
    }
  }
  return found;
}

function assertPublishAttestation(
  { file }: FileProgress,
  { attestations }: BroughtAttestations,
  publisher: PublisherText,
): void {
  if (attestations.some(({ type }) => type === PUBLISH_PREDICATE_TYPE)) return;
  throw new CliError(
    'ERR_NOT_ATTESTED',
    `${file.filename} has no publish attestation beside it by ${formatPublisher(publisher)}`,
  );
}

function tell(
  { file }: FileProgress,
  { attestations, leftBehind }: BroughtAttestations,
  { context: { talk }, claims }: { context: Context; claims: TokenClaims },
): void {
  for (const { name, why } of leftBehind) talk.say(`${name} is not sent: ${why}`);
  const placeless = attestations.some(({ signer }) => signer.claims['deployment-environment'] === undefined);
  if (placeless && claims.environment !== undefined)
    talk.say(
      `${file.filename} was attested by a job without an environment, and is published from ${claims.environment}: its certificate names none`,
    );
}

/** What `uploadAll` takes. */
export function attestationsFor(brought: Brought): (one: FileProgress) => readonly Attestation[] {
  return (one) => brought.get(one)?.attestations.map(({ attestation }) => attestation) ?? [];
}
