// SPDX-License-Identifier: Apache-2.0
import { IndexError } from './index-error.ts';

/**
 * Audiences that belong to somebody, and the only origins that may have tokens made for them. An index chooses the
 * audience of the token that it is sent: a hostile one could name another service's and use our token there.
 * Sigstore's, npm's, RubyGems', crates.io's and the clouds' belong to no Python index at all.
 */
const OWNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pypi', ['https://upload.pypi.org', 'https://pypi.org']],
  ['testpypi', ['https://test.pypi.org']],
  ['sigstore', []],
  ['rubygems.org', []],
  ['crates.io', []],
  ['sts.amazonaws.com', []],
  ['api://azureadtokenexchange', []],
]);

/**
 * Stops a token from going where its audience has no business. Call it before a token is asked for and again before
 * it is handed over. Case and surrounding space make no difference, since some verifiers ignore them.
 * @throws IndexError ERR_INDEX_AUDIENCE
 */
export function assertAudience(audience: string, url: string | URL): void {
  const { origin, host } = new URL(url);
  const name = audience.trim().toLowerCase();
  // npm's audiences name one of its registries each.
  const owners = name.startsWith('npm:') ? [] : OWNERS.get(name);
  if (owners === undefined || owners.includes(origin)) return;
  throw new IndexError(
    'ERR_INDEX_AUDIENCE',
    `a token with audience ${JSON.stringify(audience)} is not for ${host}: it would be valid elsewhere`,
    { details: { audience, host } },
  );
}
