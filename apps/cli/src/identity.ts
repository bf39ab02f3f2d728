// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { decodeUtf8 } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { detectAmbientToken, parseIdToken, type IdToken } from '@colophon/oidc';
import { CliError, usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import { readWhole } from './input-file.ts';
import type { Arguments } from './options/arguments.ts';

const FULCIO_AUDIENCE = 'sigstore';

/**
 * The token to sign with: one that was handed over (flag, file, SIGSTORE_IDENTITY_TOKEN), else that of the CI job.
 * @throws OidcError; CliError ERR_CREDENTIAL_MISSING when there is neither
 */
export async function signingToken(args: Arguments, context: Context, http: HttpClient): Promise<IdToken> {
  const { host } = context;
  const explicit = await explicitToken(args, context);
  if (explicit !== undefined) return parseIdToken(explicit, { audience: FULCIO_AUDIENCE, now: host.now() });
  return ambientToken(context, http, FULCIO_AUDIENCE);
}

/** The token of the CI job that runs us, for one audience. @throws as `signingToken` */
export async function ambientToken({ host }: Context, http: HttpClient, audience: string): Promise<IdToken> {
  const token = await detectAmbientToken({
    environment: host.environment,
    audience,
    http,
    now: () => host.now(),
  });
  if (token !== undefined) return token;
  throw new CliError(
    'ERR_CREDENTIAL_MISSING',
    `no identity token for ${audience}: this is not a GitHub Actions job`,
  );
}

async function explicitToken(args: Arguments, { host }: Context): Promise<string | undefined> {
  const [token, file] = [args.text('identity-token'), args.text('identity-token-file')];
  if (token !== undefined && file !== undefined)
    throw usageError('--identity-token excludes --identity-token-file');
  if (token !== undefined) return token;
  if (file === '-') return readStream(process.stdin);
  if (file !== undefined) return decodeUtf8(await readWhole(resolve(host.workingDirectory, file)));
  return host.environment['SIGSTORE_IDENTITY_TOKEN'] || undefined;
}

/**
 * Stops a private repository before its name reaches a public log for ever.
 * @throws CliError ERR_PRIVATE_REPOSITORY
 */
export function refusePrivateRepository({ claims }: IdToken, allowed: boolean): void {
  const visibility = claims.repository_visibility ?? claims.project_visibility;
  if (allowed || visibility === undefined || visibility === 'public') return;
  const name = claims.repository ?? claims.project_path ?? 'this repository';
  throw new CliError(
    'ERR_PRIVATE_REPOSITORY',
    `${name} is ${visibility}, and a signature would publish its name`,
  );
}
