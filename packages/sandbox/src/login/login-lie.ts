// SPDX-License-Identifier: Apache-2.0
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';

/**
 * What the login issuer can be told to do wrong:
 * - `garbage-discovery`, `other-issuer-discovery`, `redirected-discovery`, `foreign-endpoints`: its discovery document is
 *   not JSON, names another issuer, is said to be elsewhere, names endpoints that speak in the clear on another host
 * - `wrong-state`, `redirect-elsewhere`: the browser comes back with another state, or is sent to another place
 * - `garbage-token`, `redirected-token`, `no-id-token`: the answer to a code is not JSON, is elsewhere, has no ID token
 * - `wrong-audience`, `two-audiences`, `wrong-nonce`, `other-issuer`, `expired`: what the ID token claims
 * - `algorithm-none`, `other-key`: how it is signed
 * - `foreign-verification`: devices are sent to another host in the clear
 */
export type LoginLie =
  | DiscoveryLie
  | RedirectLie
  | AnswerLie
  | ClaimLie
  | SignatureLie
  | 'foreign-verification';

type DiscoveryLie =
  | 'garbage-discovery'
  | 'other-issuer-discovery'
  | 'redirected-discovery'
  | 'foreign-endpoints';
type RedirectLie = 'wrong-state' | 'redirect-elsewhere';
type AnswerLie = 'garbage-token' | 'redirected-token' | 'no-id-token';
type ClaimLie = 'wrong-audience' | 'two-audiences' | 'wrong-nonce' | 'other-issuer' | 'expired';
type SignatureLie = 'algorithm-none' | 'other-key';

/** Where lies lead: nobody is there. */
export const ELSEWHERE = 'http://elsewhere.example';

/** What a token claims otherwise under the lies that are told. */
export function claimsOfLies(lies: ReadonlySet<LoginLie>): Readonly<Record<string, unknown>> {
  return {
    ...(lies.has('wrong-nonce') && { nonce: 'another-nonce' }),
    ...(lies.has('other-issuer') && { iss: ELSEWHERE }),
    ...(lies.has('two-audiences') && { aud: ['sigstore', 'another'] }),
    ...(lies.has('wrong-audience') && { aud: 'another' }),
  };
}

/** The same claims under no signature, or under that of a key that the issuer does not publish. */
export async function forged(token: string, lies: ReadonlySet<LoginLie>): Promise<string> {
  if (lies.has('algorithm-none')) {
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    return `${header}.${token.split('.')[1]}.`;
  }
  if (!lies.has('other-key')) return token;
  const { privateKey } = await generateKeyPair('RS256');
  const { kid = '' } = decodeProtectedHeader(token);
  return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}
