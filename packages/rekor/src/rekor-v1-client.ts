// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { displayUrl, type HttpClient, type HttpResponse, parseHttpUrl } from '@colophon/http';
import { assertDsseEntry, encodeDsseProposal } from './dsse-entry.ts';
import { assertHashedRekordEntry, encodeHashedRekordProposal } from './hashedrekord-entry.ts';
import { type LoggedEntry, processLogEntryAnswer } from './log-entry-answer.ts';
import type { LogProposal, TransparencyLog } from './log-proposal.ts';
import { RekorError } from './rekor-error.ts';
import { refusal } from './rekor-refusal.ts';

export interface RekorV1ClientOptions {
  /** The base URL of the log. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
const ENTRY_PATH = /\/api\/v1\/log\/entries\/((?:[0-9a-f]{16})?[0-9a-f]{64})$/;

/** A Rekor v1 transparency log. Its answers are read and compared with what was asked; verifying them is the caller's. */
export class RekorV1Client implements TransparencyLog {
  readonly url: string;
  readonly majorApiVersion = 1;
  readonly #options: RekorV1ClientOptions;

  constructor(options: RekorV1ClientOptions) {
    this.#options = options;
    this.url = parseHttpUrl(options.url).href.replace(/\/+$/, '');
  }

  /**
   * Logs an envelope as kind `dsse`, a signature over an artifact as `hashedrekord`, both 0.0.1, and gives the entry.
   * Proposing it twice does no harm: the log answers that it has the entry already, which is then fetched, so that a
   * lost answer is not a lost entry.
   * @throws RekorError
   * @throws HttpError when the log cannot be reached
   */
  async createEntry({ content, certificate }: LogProposal): Promise<ProvenLogEntry> {
    if (content.kind === 'dsse') {
      const { entry } = await this.#create(encodeDsseProposal({ content, certificate }));
      assertDsseEntry(entry, { content, certificate });
      return entry;
    }
    const { entry } = await this.#create(encodeHashedRekordProposal({ content, certificate }));
    assertHashedRekordEntry(entry, { content, certificate });
    return entry;
  }

  async #create(body: string): Promise<LoggedEntry> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await this.#request({
      method: 'POST',
      url: `${this.url}/api/v1/log/entries`,
      headers,
      body,
      retry: 'idempotent',
    });
    if (answer.status === 409) return await this.#fetchEntry(conflictingUuid(answer));
    if (answer.status !== 201) throw refusal(answer);
    return processLogEntryAnswer(answer.body, displayUrl(answer.url));
  }

  async #fetchEntry(uuid: string): Promise<LoggedEntry> {
    const answer = await this.#request({
      method: 'GET',
      url: `${this.url}/api/v1/log/entries/${uuid}`,
      headers: { accept: 'application/json' },
      // An entry that was taken a moment ago may not be in the tree yet.
      retryStatuses: [404],
      maxAttempts: 7,
    });
    if (answer.status !== 200) throw refusal(answer);
    const logged = processLogEntryAnswer(answer.body, displayUrl(answer.url));
    if (logged.uuid.slice(-64) === uuid.slice(-64)) return logged;
    throw new RekorError(
      'ERR_REKOR_ENTRY',
      `${displayUrl(answer.url)} answered with an entry of another name`,
    );
  }

  async #request(request: Parameters<HttpClient['request']>[0]): Promise<HttpResponse> {
    const { http, signal } = this.#options;
    const limits = { maxBytes: MAX_ANSWER_BYTES, ...(signal === undefined ? {} : { signal }) };
    return await http.request({ ...request, ...limits });
  }
}

/** Where the log says that the entry is: only the name is taken, and only from the log's own address. */
function conflictingUuid(answer: HttpResponse): string {
  const location = answer.headers.get('location');
  const target = location === undefined ? null : URL.parse(location, answer.url.href);
  const uuid = target?.origin === answer.url.origin ? ENTRY_PATH.exec(target.pathname)?.[1] : undefined;
  if (uuid !== undefined) return uuid;
  const message = `${displayUrl(answer.url)} has the entry already but does not say under which name`;
  throw new RekorError('ERR_REKOR_ANSWER', message, { details: { status: 409 } });
}
