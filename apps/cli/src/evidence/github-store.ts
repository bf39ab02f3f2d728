// SPDX-License-Identifier: Apache-2.0
import { AttestationError, parseBundle, type SigstoreBundle } from '@colophon/attestation';
import {
  EncodingError,
  parseJson,
  readList,
  readObject,
  readOptional,
  readString,
  type JsonObject,
  type JsonValue,
  type Secret,
} from '@colophon/base';
import { displayUrl, isLoopback, parseHttpUrl, type HttpClient, type HttpResponse } from '@colophon/http';
import { CliError } from '../cli-error.ts';
import { mapLimited } from '../concurrency.ts';
import { malformedEvidence, type EvidenceFile } from './evidence.ts';
import { expandSnappy } from './snappy.ts';

export interface GitHubStoreOptions {
  /** Of GitHub's REST API. */
  readonly apiUrl: URL;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** Sent to the API alone; a public repository needs none. */
  readonly token: Secret | undefined;
}

const MAX_ATTESTATIONS = 1000;
const MAX_PAGES = 20;
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;
const AT_ONCE = 4;
const NEXT_PAGE = /<([^<>]*)>\s*;\s*rel="next"/;

/**
 * GitHub's store of attestations (REST, `GET /repos/OWNER/NAME/attestations/DIGEST`). It needs no login for what is public.
 * It is a place to fetch from: nothing that it says is trusted.
 */
export class GitHubStore {
  readonly #options: GitHubStoreOptions;

  constructor(options: GitHubStoreOptions) {
    this.#options = options;
  }

  /**
   * Every attestation of a repository about a digest; none where GitHub knows none, or does not show the repository to us.
   * A bundle that cannot be read is in the result with its reason.
   * @param repository OWNER/NAME.
   * @throws CliError ERR_STORE_REFUSED, ERR_STORE_LIMIT, ERR_STORE_ANSWER; HttpError
   */
  async attestations(repository: string, sha256Hex: string): Promise<EvidenceFile[]> {
    const records: JsonObject[] = [];
    const base = this.#options.apiUrl.href.replace(/\/+$/, '');
    let next: URL | undefined = new URL(
      `${base}/repos/${repository}/attestations/sha256:${sha256Hex}?per_page=100`,
    );
    for (let pages = 1; next !== undefined; pages += 1) {
      const answer: HttpResponse = await this.#ask(next);
      // It says the same of a digest that it does not know and of a repository that it does not show.
      if (answer.status === 404 || answer.status === 422) break;
      records.push(...readPage(answer));
      next = nextPage(answer);
      if (next !== undefined && (pages >= MAX_PAGES || records.length > MAX_ATTESTATIONS))
        throw answerError(answer.url, `has more than ${MAX_ATTESTATIONS} attestations of one file`);
    }
    return mapLimited(records, AT_ONCE, (record, index) =>
      this.#read(record, `github.com/${repository}, attestation ${index + 1}`),
    );
  }

  async #ask(url: URL): Promise<HttpResponse> {
    const { http, signal, token } = this.#options;
    const answer = await http.request({
      method: 'GET',
      url,
      headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
      maxBytes: MAX_PAGE_BYTES,
      redirect: 'same-origin',
      signal,
      ...(token === undefined ? {} : { bearer: token }),
    });
    if ([200, 404, 422].includes(answer.status)) return answer;
    throw refusal(answer, token !== undefined);
  }

  async #read(record: JsonObject, name: string): Promise<EvidenceFile> {
    try {
      const bundle = await this.#bundle(record);
      return { name, evidence: [{ kind: 'bundle', name, bundle }] };
    } catch (error) {
      if (!(error instanceof AttestationError || error instanceof EncodingError)) throw error;
      return { name, error: malformedEvidence(error, name) };
    }
  }

  async #bundle(record: JsonObject): Promise<SigstoreBundle> {
    const inline = record['bundle'] ?? null;
    if (inline !== null) return parseBundle(JSON.stringify(inline));
    const link = readOptional(record['bundle_url'], '$.bundle_url', readString);
    if (link === undefined) throw new AttestationError('ERR_BUNDLE', 'neither a bundle nor where it is');
    const { http, signal } = this.#options;
    const url = this.#assertLink(parseHttpUrl(link));
    // Signed for us already: no credential goes there.
    const { status, body } = await http.request({ method: 'GET', url, maxBytes: MAX_BUNDLE_BYTES, signal });
    if (status !== 200) throw new AttestationError('ERR_BUNDLE', `${displayUrl(url)} answered ${status}`);
    return parseBundle(expandSnappy(body, MAX_BUNDLE_BYTES));
  }

  // An answer from afar must not make us ask services of this machine.
  #assertLink(url: URL): URL {
    const near = isLoopback(this.#options.apiUrl);
    if (isLoopback(url) ? near : url.protocol === 'https:') return url;
    throw new AttestationError('ERR_BUNDLE', `it is said to be at ${displayUrl(url)}, which is not asked`);
  }
}

function readPage({ body, url }: HttpResponse): JsonObject[] {
  try {
    const page = readObject(parseJson(body), '$', { required: ['attestations'], open: true });
    return readList(page['attestations'], '$.attestations', readRecord, MAX_ATTESTATIONS);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw answerError(url, `answered no list of attestations: ${cause.message}`, cause);
  }
}

function readRecord(value: JsonValue, at: string): JsonObject {
  return readObject(value, at, { open: true });
}

// The token goes with the request: it must be the same place that is asked on.
function nextPage({ headers, url }: HttpResponse): URL | undefined {
  const [, link] = NEXT_PAGE.exec(headers.get('link') ?? '') ?? [];
  if (link === undefined) return undefined;
  const next = URL.parse(link, url.href);
  if (next?.origin === url.origin && next.username === '' && next.password === '') return next;
  throw answerError(url, 'names a next page of another origin');
}

function refusal(answer: HttpResponse, withToken: boolean): CliError {
  const { status, headers, url } = answer;
  const words = `${displayUrl(url)} answered ${status}: ${answer.excerpt()}`;
  const limited = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after');
  if (status === 403 && limited)
    return new CliError('ERR_STORE_LIMIT', `GitHub answers no more for now: ${words}`);
  return new CliError(
    'ERR_STORE_REFUSED',
    `GitHub refuses ${withToken ? 'GH_TOKEN' : 'to answer'}: ${words}`,
  );
}

function answerError(url: URL, what: string, cause?: unknown): CliError {
  return new CliError('ERR_STORE_ANSWER', `${displayUrl(url)} ${what}`, { cause });
}
