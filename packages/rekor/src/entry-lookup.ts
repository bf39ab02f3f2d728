// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { displayUrl, type HttpClient, parseHttpUrl } from '@colophon/http';
import { assertDsseEntry, encodeDsseProposal, type EnvelopeProposal } from './dsse-entry.ts';
import {
  assertHashedRekordEntry,
  type DigestProposal,
  encodeHashedRekordProposal,
} from './hashedrekord-entry.ts';
import { processLogEntryList } from './log-entry-answer.ts';
import { RekorError } from './rekor-error.ts';
import { refusal } from './rekor-refusal.ts';

export interface EntryLookupOptions {
  /** The base URL of a Rekor v1 log. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Asks a Rekor v1 log for the entry of a signature that was kept without one (`POST /api/v1/log/entries/retrieve`). Where
 * it has several it is the oldest: anybody can log a signature once more, later. Verifying it is the caller's.
 * @returns undefined where the log has none.
 * @throws RekorError ERR_REKOR_REFUSED, ERR_REKOR_ANSWER
 * @throws HttpError when the log cannot be reached
 */
export function findHashedRekordEntry(
  options: EntryLookupOptions,
  proposal: DigestProposal,
): Promise<ProvenLogEntry | undefined> {
  return findEntry(options, encodeHashedRekordProposal(proposal), (entry) =>
    assertHashedRekordEntry(entry, proposal),
  );
}

/** The same for the signature of an envelope, of kind `dsse`. @throws as `findHashedRekordEntry` */
export function findDsseEntry(
  options: EntryLookupOptions,
  proposal: EnvelopeProposal,
): Promise<ProvenLogEntry | undefined> {
  return findEntry(options, encodeDsseProposal(proposal), (entry) => assertDsseEntry(entry, proposal));
}

type Compare = (entry: ProvenLogEntry) => unknown;

async function findEntry(
  { url, http, signal }: EntryLookupOptions,
  proposed: string,
  compare: Compare,
): Promise<ProvenLogEntry | undefined> {
  const answer = await http.request({
    method: 'POST',
    url: `${parseHttpUrl(url).href.replace(/\/+$/, '')}/api/v1/log/entries/retrieve`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: `{"entries":[${proposed}]}`,
    maxBytes: MAX_ANSWER_BYTES,
    // It only asks.
    retry: 'idempotent',
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw refusal(answer);
  const found = processLogEntryList(answer.body, displayUrl(answer.url)).map(({ entry }) => entry);
  return found
    .filter((entry) => isProposed(entry, compare))
    .toSorted((a, b) => Number(timeOf(a) - timeOf(b)))[0];
}

function isProposed(entry: ProvenLogEntry, compare: Compare): boolean {
  try {
    compare(entry);
    return true;
  } catch (error) {
    if (error instanceof RekorError) return false;
    throw error;
  }
}

function timeOf({ integratedTime = 0n }: ProvenLogEntry): bigint {
  return integratedTime;
}
