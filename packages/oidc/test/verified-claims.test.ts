// SPDX-License-Identifier: Apache-2.0
import type { webcrypto } from 'node:crypto';
import { encodeUtf8 } from '@colophon/base';
import type { HttpRequest, HttpResponse } from '@colophon/http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IdToken, parseIdToken, processVerifiedClaims, requestVerifiedClaims } from '../src/index.ts';
import { GITHUB_CLAIMS, NOW, toyToken } from './support/toy-token.ts';

const ISSUER = GITHUB_CLAIMS.iss;
const EXPECTATION = { audience: 'sigstore', now: NOW };

let keySet: string;
let key: webcrypto.CryptoKey;
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  key = privateKey;
  keySet = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
  });
});

async function signed(claims: object = {}, kid = 'k1'): Promise<IdToken> {
  const text = await new SignJWT({ ...GITHUB_CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(key);
  return parseIdToken(text, EXPECTATION);
}

/** A server of documents by URL; what it was asked for stands in `asked`. */
function serverOf(documents: Readonly<Record<string, string | number>>) {
  const asked: string[] = [];
  const request = async ({ url }: HttpRequest): Promise<HttpResponse> => {
    asked.push(String(url));
    const found = documents[String(url)] ?? 404;
    const [status, text] = typeof found === 'number' ? [found, ''] : [200, found];
    return {
      status,
      headers: new Map(),
      url: new URL(url),
      body: encodeUtf8(text),
      excerpt: () => text,
    };
  };
  return { asked, http: { request } };
}

const description = (jwksUri: string, issuer = ISSUER) => JSON.stringify({ issuer, jwks_uri: jwksUri });
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = `${ISSUER}/.well-known/jwks`;

describe('requestVerifiedClaims', () => {
  it('gives all claims of a token that its issuer signed', async () => {
    const { asked, http } = serverOf({ [DISCOVERY]: description(KEYS), [KEYS]: keySet });
    const verified = await requestVerifiedClaims(await signed({ private_claim: 'p' }), { http, now: NOW });
    expect(verified).toMatchObject({ issuer: ISSUER, claims: { ...GITHUB_CLAIMS, private_claim: 'p' } });
    expect(asked).toEqual([DISCOVERY, KEYS]);
  });

  it('asks a stand-in on this machine for the keys, where there is one', async () => {
    const place = 'http://127.0.0.1:8080/github';
    const { http } = serverOf({
      [`${place}/.well-known/openid-configuration`]: description(`${place}/.well-known/jwks`),
      [`${place}/.well-known/jwks`]: keySet,
    });
    const standIns = new Map([[ISSUER, place]]);
    const verified = await requestVerifiedClaims(await signed(), { http, now: NOW, standIns });
    expect(verified.issuer).toBe(ISSUER);
  });

  it('asks no stand-in on another machine', async () => {
    const { asked, http } = serverOf({});
    const standIns = new Map([[ISSUER, 'https://keys.example.com']]);
    const asking = requestVerifiedClaims(await signed(), { http, now: NOW, standIns });
    await expect(asking).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' });
    expect(asked).toEqual([]);
  });

  it('asks no issuer in the clear', async () => {
    const { asked, http } = serverOf({});
    const asking = requestVerifiedClaims(await signed({ iss: 'http://gitlab.example' }), { http, now: NOW });
    await expect(asking).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['no description', {}],
    ['a description that is no JSON', { [DISCOVERY]: '<html>' }],
    ['the description of another issuer', { [DISCOVERY]: description(KEYS, 'https://gitlab.com') }],
    ['keys at another place', { [DISCOVERY]: description('https://evil.example/jwks') }],
    ['keys that are no URL', { [DISCOVERY]: description('/jwks') }],
    ['no keys', { [DISCOVERY]: description(KEYS), [KEYS]: 503 }],
    ['keys that are no JSON', { [DISCOVERY]: description(KEYS), [KEYS]: 'keys' }],
    ['a list without keys', { [DISCOVERY]: description(KEYS), [KEYS]: '{}' }],
  ])('refuses %s', async (_name, documents: Record<string, string | number>) => {
    const { http } = serverOf(documents);
    const asking = requestVerifiedClaims(await signed(), { http, now: NOW });
    await expect(asking).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' });
  });
});

describe('processVerifiedClaims', () => {
  const refused = expect.objectContaining({ code: 'ERR_TOKEN_SIGNATURE' });

  it('refuses a token without a signature of the issuer', async () => {
    const forged = parseIdToken(toyToken(), EXPECTATION);
    await expect(processVerifiedClaims(forged, keySet, NOW)).rejects.toEqual(refused);
  });

  it('refuses claims that were changed after they were signed', async () => {
    const [header, , signature] = (await signed()).secret.reveal().split('.');
    const payload = Buffer.from(JSON.stringify({ ...GITHUB_CLAIMS, ref: 'refs/tags/v2' })).toString(
      'base64url',
    );
    const changed = parseIdToken(`${header}.${payload}.${signature}`, EXPECTATION);
    await expect(processVerifiedClaims(changed, keySet, NOW)).rejects.toEqual(refused);
  });

  it('refuses a key that the issuer does not name', async () => {
    await expect(processVerifiedClaims(await signed({}, 'k2'), keySet, NOW)).rejects.toEqual(refused);
  });

  it('refuses a signature by the public key as if it were a shared secret', async () => {
    const secret = encodeUtf8(keySet);
    const text = await new SignJWT({ ...GITHUB_CLAIMS })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(secret);
    await expect(processVerifiedClaims(parseIdToken(text, EXPECTATION), keySet, NOW)).rejects.toEqual(
      refused,
    );
  });

  it('shows neither the token nor its claims in its errors', async () => {
    const token = await signed({ private_claim: 'hidden' }, 'k2');
    const error = await processVerifiedClaims(token, keySet, NOW).catch((caught: unknown) => caught);
    const shown = JSON.stringify([error, String(error), (error as Error).cause ?? '']);
    expect(shown).not.toContain('hidden');
    expect(shown).not.toContain('eyJ');
  });
});

describe.runIf(haveVectors)('a real token of GitHub Actions', () => {
  it('verifies by GitHub’s keys at its time, and not after its end', async () => {
    const token = readVectorText('tokens/github-actions.expired.jwt');
    const keys = readVectorText('tokens/github-actions.jwks.json');
    const { iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const now = new Date(iat * 1000 + 1000);
    const parsed = parseIdToken(token, { audience: 'sigstore', now });
    const { claims } = await processVerifiedClaims(parsed, keys, now);
    expect(claims).toMatchObject({ iss: ISSUER, aud: 'sigstore' });
    const later = processVerifiedClaims(parsed, keys, new Date(iat * 1000 + 86_400_000));
    await expect(later).rejects.toMatchObject({ code: 'ERR_TOKEN_SIGNATURE' });
  });
});
