// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import { expectedIdentity, OidcError } from '@colophon/oidc';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { signingToken, type SigningToken, tellIdleLogin } from '../identity/identity.ts';
import type { Arguments } from '../options/arguments.ts';

/** `token`: the identity token on stdout, alone. Nothing else of this program ever prints one. */
export async function runToken(args: Arguments, context: Context): Promise<Outcome> {
  const { host, options, talk } = context;
  tellIdleLogin(args, context);
  return withClient(context, async (http) => {
    const token = await talk.during('logging in', undefined, () => signingToken(args, context, http));
    const whose = identityOf(token);
    talk.say(`this is the token of ${whose.identity} (issuer ${whose.issuer})`);
    if (!options.json) host.writeOut(`${token.secret.reveal()}\n`);
    return { status: EXIT.ok, report: documentOf(token, whose) };
  });
}

interface Whose {
  readonly identity: string;
  readonly issuer: string;
}

// A token that no certificate could come of is still a token.
function identityOf(token: SigningToken): Whose {
  try {
    const { subject, issuer } = expectedIdentity(token);
    return { identity: subject.value, issuer };
  } catch (error) {
    if (!(error instanceof OidcError)) throw error;
    return { identity: token.claims.email ?? token.claims.sub, issuer: token.claims.iss };
  }
}

function documentOf({ secret, claims, renewable }: SigningToken, { identity, issuer }: Whose): JsonObject {
  return {
    schema: 'colophon.token/1',
    status: EXIT.ok,
    token: secret.reveal(),
    identity,
    issuer,
    audience: claims.aud,
    expires: new Date(claims.exp * 1000).toISOString(),
    renewable,
  };
}
