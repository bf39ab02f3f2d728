// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { Handler } from '../http-service.ts';
import { oidcHandler, type OidcServiceOptions } from '../oidc/oidc-service.ts';
import { TokenIssuer } from '../oidc/token-issuer.ts';
import { changingJson, flippedText, type Lies } from './lie.ts';

/** The lies of whoever gives tokens to jobs. */
export function oidcLies(options: OidcServiceOptions, clock: Clock): Lies {
  const claiming = (claims: Readonly<Record<string, string | number>>): Handler =>
    oidcHandler({ ...options, githubClaims: { ...options.githubClaims, ...claims } });
  return {
    'wrong-signature': changingJson(oidcHandler(options), (document) => {
      const [head, body, signature = ''] = (document['value'] as string).split('.');
      document['value'] = [head, body, flippedText(signature, 'base64url')].join('.');
    }),
    'other-signer': strangers(options, clock),
    'other-audience': claiming({ aud: 'https://other.example.com' }),
    'other-issuer': claiming({ iss: 'https://issuer.example.com' }),
    expired: (request) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return claiming({ iat: now - 600, nbf: now - 900, exp: now - 300 })(request);
    },
  };
}

function strangers(options: OidcServiceOptions, clock: Clock): Handler {
  let issuer: Promise<TokenIssuer> | undefined;
  return async (request) => {
    issuer ??= TokenIssuer.create(clock);
    return oidcHandler({ ...options, issuer: await issuer })(request);
  };
}
