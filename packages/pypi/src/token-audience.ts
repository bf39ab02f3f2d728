// SPDX-License-Identifier: Apache-2.0
import { AppError, decodeBase64Url, parseJson, readObject, type Secret } from '@colophon/base';
import { IndexError } from './index-error.ts';

/**
 * The one audience of an identity token (a JWT). Indexes demand a single one (pypi.org refuses lists), and so do we:
 * whoever receives a token with two audiences can use it at the other. The signature is not looked at.
 * @throws IndexError ERR_INDEX_AUDIENCE; neither its message nor a cause holds anything of the token
 */
export function tokenAudience(token: Secret): string {
  const parts = token.reveal().split('.');
  const payload = parts.length === 3 ? claimsOf(parts[1] ?? '') : undefined;
  const audience = payload?.['aud'];
  if (typeof audience === 'string') return audience;
  throw new IndexError('ERR_INDEX_AUDIENCE', 'the identity token is not a JWT with exactly one audience');
}

function claimsOf(part: string) {
  try {
    return readObject(parseJson(decodeBase64Url(part)), '$', { open: true });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
