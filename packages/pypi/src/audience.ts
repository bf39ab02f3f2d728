// SPDX-License-Identifier: Apache-2.0
import { readObject, readString, shapeMismatch } from '@colophon/base';
import { displayUrl, type HttpClient, type HttpResponse } from '@colophon/http';
import { assertAudience } from './audience-guard.ts';
import { IndexError } from './index-error.ts';
import { askIndex, readAnswer, unexpectedStatus } from './index-request.ts';
import type { PackageIndex } from './package-index.ts';

/** Which index, and how to reach it. */
export interface IndexAccess {
  readonly index: PackageIndex;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const AUDIENCE = /^[\x21-\x7e]{1,255}$/;

/**
 * Asks an index which audience an identity token must have for trusted publishing (`GET /_/oidc/audience` on the
 * upload URL's authority), and makes sure that it may ask for it: a token with the audience of another index or of
 * Sigstore is for nobody else.
 * @throws IndexError ERR_INDEX_AUDIENCE, ERR_TRUSTED_PUBLISHING_UNSUPPORTED, ERR_TRUSTED_PUBLISHING_DISABLED,
 * ERR_INDEX_UNAVAILABLE, ERR_INDEX_RESPONSE
 * @throws HttpError
 */
export async function requestAudience({ index, http, signal }: IndexAccess): Promise<string> {
  const response = await askIndex(http, {
    method: 'GET',
    url: new URL('/_/oidc/audience', index.uploadUrl),
    headers: { accept: 'application/json' },
    maxBytes: 65_536,
    ...(signal === undefined ? {} : { signal }),
  });
  return processAudience(response, index);
}

/** Reads the answer of `requestAudience`; opens no connection. @throws IndexError as there */
export function processAudience(response: HttpResponse, index: PackageIndex): string {
  if (response.status === 404) throw unsupported(response, index);
  if (response.status === 403) throw disabled(response, index);
  if (response.status !== 200) throw unexpectedStatus(response, 'an audience');
  const audience = readAnswer(response, {
    what: 'an audience',
    mediaTypes: ['application/json'],
    read: (document) => {
      const text = readString(
        readObject(document, '$', { required: ['audience'], open: true }).audience,
        '$.audience',
      );
      if (!AUDIENCE.test(text)) throw shapeMismatch('$.audience', 'up to 255 visible ASCII characters');
      return text;
    },
  });
  assertIndexAudience(audience, index);
  return audience;
}

/** Holds an audience to the index: nobody else's, and the index's own where that is known. @throws IndexError ERR_INDEX_AUDIENCE */
export function assertIndexAudience(audience: string, index: PackageIndex): void {
  assertAudience(audience, index.uploadUrl);
  if (index.audience === undefined || index.audience === audience) return;
  throw new IndexError(
    'ERR_INDEX_AUDIENCE',
    `the audience of ${index.name} is ${JSON.stringify(index.audience)}, not ${JSON.stringify(audience)}`,
    { details: { audience, host: new URL(index.uploadUrl).host } },
  );
}

function unsupported({ url, status }: HttpResponse, index: PackageIndex): IndexError {
  const text = `${index.name} does not offer trusted publishing`;
  return new IndexError('ERR_TRUSTED_PUBLISHING_UNSUPPORTED', text, {
    details: { url: displayUrl(url), status },
  });
}

function disabled(response: HttpResponse, index: PackageIndex): IndexError {
  const { url, status } = response;
  const details = { url: displayUrl(url), status, words: response.excerpt() };
  return new IndexError(
    'ERR_TRUSTED_PUBLISHING_DISABLED',
    `${index.name} has trusted publishing switched off`,
    {
      details,
    },
  );
}
