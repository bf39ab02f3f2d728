// SPDX-License-Identifier: Apache-2.0
import { AttestationError, parseTransparencyLogEntry, type ProvenLogEntry } from '@colophon/attestation';
import { EncodingError, parseJson } from '@colophon/base';
import { displayUrl, type HttpClient, type HttpResponse, parseHttpUrl } from '@colophon/http';
import { assertHashedRekordV2Entry, encodeHashedRekordV2Request } from './hashedrekord-v2-entry.ts';
import type { LogProposal, TransparencyLog } from './log-proposal.ts';
import { RekorError } from './rekor-error.ts';
import { refusal } from './rekor-refusal.ts';

export interface RekorV2ClientOptions {
  /** The base URL of the log's shard. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
/** The log answers once a checkpoint covers the entry; its operators ask clients to wait for 20 s at the least. */
const TIMEOUT_MS = 60_000;

/** A Rekor v2 transparency log (rekor-tiles), which signs no time: its entries need a timestamp of an authority. */
export class RekorV2Client implements TransparencyLog {
  readonly url: string;
  readonly majorApiVersion = 2;
  readonly #options: RekorV2ClientOptions;

  constructor(options: RekorV2ClientOptions) {
    this.#options = options;
    this.url = parseHttpUrl(options.url).href.replace(/\/+$/, '');
  }

  /**
   * Logs a signature as kind `hashedrekord` 0.0.2 and gives the entry, compared with what was proposed byte for byte.
   * What may have been lost is proposed again; if it was not, the log says so with ERR_REKOR_DUPLICATE, and there is no
   * way to fetch the entry: whoever signs must sign anew.
   * @throws RekorError
   * @throws HttpError when the log cannot be reached
   */
  async createEntry(proposal: LogProposal): Promise<ProvenLogEntry> {
    const { http, signal } = this.#options;
    const answer = await http.request({
      method: 'POST',
      url: `${this.url}/api/v2/log/entries`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: encodeHashedRekordV2Request(proposal),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      retry: 'idempotent',
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status !== 201) throw failureOf(answer);
    return processTransparencyLogEntry(answer.body, proposal, displayUrl(answer.url));
  }
}

function failureOf(answer: HttpResponse): RekorError {
  const { status } = answer;
  const place = displayUrl(answer.url);
  const details = { status };
  if (status === 409)
    return new RekorError('ERR_REKOR_DUPLICATE', `${place} has this signature already`, { details });
  if (status === 405)
    return new RekorError('ERR_REKOR_FROZEN', `${place} takes no entries any more`, { details });
  return refusal(answer);
}

/**
 * Reads the answer of a Rekor v2 log to a new entry: a TransparencyLogEntry in protobuf's JSON form, of the proposal.
 * @param from who answered, for the message.
 * @throws RekorError ERR_REKOR_ANSWER, ERR_REKOR_ENTRY
 */
export function processTransparencyLogEntry(
  body: Uint8Array | string,
  proposal: LogProposal,
  from = 'the transparency log',
): ProvenLogEntry {
  return assertHashedRekordV2Entry(readEntry(body, from), proposal);
}

function readEntry(body: Uint8Array | string, from: string): ReturnType<typeof parseTransparencyLogEntry> {
  try {
    return parseTransparencyLogEntry(parseJson(body));
  } catch (cause) {
    if (!(cause instanceof EncodingError) && !(cause instanceof AttestationError)) throw cause;
    throw new RekorError('ERR_REKOR_ANSWER', `${from} answered no log entry: ${cause.message}`, { cause });
  }
}
