// SPDX-License-Identifier: Apache-2.0
import { parseProvenance, type Provenance } from '@colophon/attestation';
import { displayUrl, type HttpClient, type HttpResponse } from '@colophon/http';
import { IndexError } from './index-error.ts';
import { parseServedUrl } from './index-url.ts';
import { askIndex, mediaTypeOf, unexpectedStatus } from './index-request.ts';
import { serverWords } from './server-words.ts';

export interface ProvenanceOptions {
  /** The file's `provenanceUrl`; it may be on another host than the index. No credential is ever sent there. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

/** A provenance object and the bytes that it was read from. */
export interface ServedProvenance {
  readonly provenance: Provenance;
  readonly bytes: Uint8Array;
}

const INTEGRITY_JSON = 'application/vnd.pypi.integrity.v1+json';

/**
 * Fetches a file's provenance object (PEP 740, the integrity API). Undefined where the index has none (404). Nothing
 * of it is verified.
 * @throws IndexError ERR_INDEX_UNAVAILABLE (also for 403: attestations switched off for a time), ERR_INDEX_RESPONSE,
 * ERR_INDEX_FORBIDDEN, ERR_INDEX_URL
 * @throws AttestationError ERR_PROVENANCE, ERR_JSON, ERR_JSON_KIND
 * @throws HttpError
 */
export async function fetchProvenance(options: ProvenanceOptions): Promise<ServedProvenance | undefined> {
  const { http, signal } = options;
  const response = await askIndex(http, {
    method: 'GET',
    url: parseServedUrl(options.url),
    headers: { accept: INTEGRITY_JSON },
    redirect: 'same-origin',
    maxBytes: 16 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  });
  return processProvenance(response);
}

/** Reads the answer of `fetchProvenance`; opens no connection. @throws as there */
export function processProvenance(response: HttpResponse): ServedProvenance | undefined {
  const { status, body } = response;
  const url = displayUrl(response.url);
  if (status === 404) return undefined;
  if (status === 403)
    throw new IndexError(
      'ERR_INDEX_UNAVAILABLE',
      `${url} does not give provenance now: ${response.excerpt()}`,
      {
        details: { url, status, words: response.excerpt() },
      },
    );
  if (status !== 200) throw unexpectedStatus(response, 'a provenance object');
  const type = mediaTypeOf(response);
  if (type === INTEGRITY_JSON || type === 'application/json')
    return { provenance: parseProvenance(body), bytes: body };
  throw new IndexError(
    'ERR_INDEX_RESPONSE',
    `${url}: expected a provenance object, not ${serverWords(type)}`,
    {
      details: { url, status },
    },
  );
}
