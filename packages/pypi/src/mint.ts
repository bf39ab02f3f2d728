// SPDX-License-Identifier: Apache-2.0
import { type JsonValue, readList, readObject, readString, Secret, shapeMismatch } from '@colophon/base';
import { displayUrl, type HttpResponse } from '@colophon/http';
import { assertIndexAudience, type IndexAccess } from './audience.ts';
import { IndexError } from './index-error.ts';
import { askIndex, readAnswer, unexpectedStatus } from './index-request.ts';
import type { PackageIndex } from './package-index.ts';
import { mintRefusal } from './refusal-reason.ts';
import { serverWords } from './server-words.ts';
import { tokenAudience } from './token-audience.ts';

/** How long an upload token is good for where the index does not say: PyPI's own 15 minutes. */
const DEFAULT_LIFETIME_MS = 900_000;
const MAX_ERRORS = 20;

/** A short-lived API token that an index made for a trusted publisher. */
export interface UploadToken {
  readonly secret: Secret;
  /** When the index stops taking it; what the index says, else 900 seconds after `now`. */
  readonly expires: Date;
}

export interface MintOptions extends IndexAccess {
  /** A JWT with the audience that `requestAudience` gave. An index takes it once: for another try get a fresh one. */
  readonly identityToken: Secret;
  /** The time at which the request is made. */
  readonly now: Date;
}

interface Refusal {
  readonly code: string;
  readonly description: string;
}

/**
 * Exchanges an identity token for an upload token (`POST /_/oidc/mint-token` on the upload URL's authority). The token's
 * own audience is looked at first. The request is never repeated once it may have
 * arrived: the index takes an identity token once, so that a second try would only report `invalid-reuse-token`.
 * The `details` of a refusal hold `codes` and `descriptions`, in the same order,
 * and `reason` what the first of them means.
 * @throws IndexError ERR_INDEX_AUDIENCE, ERR_TRUSTED_PUBLISHING_REFUSED, ERR_TRUSTED_PUBLISHING_UNSUPPORTED,
 * ERR_INDEX_UNAVAILABLE, ERR_INDEX_RESPONSE
 * @throws HttpError
 */
export async function mintUploadToken(options: MintOptions): Promise<UploadToken> {
  const { index, http, identityToken, now, signal } = options;
  assertIndexAudience(tokenAudience(identityToken), index);
  const response = await askIndex(http, {
    method: 'POST',
    url: new URL('/_/oidc/mint-token', index.uploadUrl),
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ token: identityToken.reveal() }),
    secrets: [identityToken],
    maxBytes: 65_536,
    ...(signal === undefined ? {} : { signal }),
  });
  return processMint(response, { index, identityToken, now });
}

/** Reads the answer of `mintUploadToken`; opens no connection. @throws IndexError as there */
export function processMint(
  response: HttpResponse,
  context: Pick<MintOptions, 'index' | 'identityToken' | 'now'>,
): UploadToken {
  const { index, identityToken, now } = context;
  if (response.status === 422) throw refused(response, index, identityToken);
  if (response.status === 404) throw unsupported(response, index);
  if (response.status !== 200) throw unexpectedStatus(response, 'an upload token');
  return readAnswer(response, {
    what: 'an upload token',
    mediaTypes: ['application/json'],
    confidential: true,
    read: (document) => readUploadToken(document, now),
  });
}

function readUploadToken(document: JsonValue, now: Date): UploadToken {
  const answer = readObject(document, '$', { required: ['token'], open: true });
  if (answer.success !== undefined && answer.success !== true) throw shapeMismatch('$.success', 'true');
  const token = readString(answer.token, '$.token');
  if (!/^[\x21-\x7e]{1,16384}$/.test(token)) throw shapeMismatch('$.token', 'visible ASCII characters');
  const expires = answer.expires ?? Math.floor((now.getTime() + DEFAULT_LIFETIME_MS) / 1000);
  if (typeof expires !== 'number' || !Number.isInteger(expires) || expires <= 0 || expires > 8.64e12)
    throw shapeMismatch('$.expires', 'seconds since 1970');
  return { secret: new Secret(token), expires: new Date(expires * 1000) };
}

function refused(response: HttpResponse, index: PackageIndex, token: Secret): IndexError {
  const refusals = readAnswer(response, {
    what: 'a refusal',
    mediaTypes: ['application/json'],
    read: (document) => readRefusals(document, [token.reveal()]),
  });
  const reasons = refusals.map(({ code, description }) => `${code}: ${description}`).join('; ');
  const [first] = refusals;
  const reason = first && mintRefusal(first.code, first.description);
  const text = `${index.name} gives no upload token for this identity: ${reasons || 'no reason given'}`;
  return new IndexError('ERR_TRUSTED_PUBLISHING_REFUSED', text, {
    details: {
      url: displayUrl(response.url),
      status: response.status,
      codes: refusals.map(({ code }) => code),
      descriptions: refusals.map(({ description }) => description),
      ...(reason === undefined ? {} : { reason }),
    },
  });
}

function readRefusals(document: JsonValue, secrets: readonly string[]): Refusal[] {
  const answer = readObject(document, '$', { required: ['errors'], open: true });
  const words = (value: JsonValue | undefined, at: string) => serverWords(readString(value, at), secrets);
  return readList(
    answer.errors,
    '$.errors',
    (item, at) => {
      const error = readObject(item, at, { required: ['code', 'description'], open: true });
      return {
        code: words(error.code, `${at}.code`),
        description: words(error.description, `${at}.description`),
      };
    },
    MAX_ERRORS,
  );
}

function unsupported({ url, status }: HttpResponse, index: PackageIndex): IndexError {
  const text = `${index.name} has no place where an identity token becomes an upload token`;
  return new IndexError('ERR_TRUSTED_PUBLISHING_UNSUPPORTED', text, {
    details: { url: displayUrl(url), status },
  });
}
