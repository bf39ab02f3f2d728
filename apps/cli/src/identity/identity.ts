// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8 } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import {
  type AmbientProvider,
  type AmbientToken,
  detectAmbientProvider,
  detectAmbientToken,
  type IdToken,
  parseIdToken,
} from '@colophon/oidc';
import { ambientPlace, runCommand } from '../signing/ambient-place.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';
import { tokenFromInput } from '../signing/token-input.ts';
import { VERSION } from '../version.ts';

const FULCIO_AUDIENCE = 'sigstore';

/** A token to sign with. */
export interface SigningToken extends IdToken {
  /** Whether asking again gives another token. One that was handed over ends as it is, and so does GitLab's. */
  readonly renewable: boolean;
}

/**
 * The token to sign with: one that was handed over (flag, file, SIGSTORE_IDENTITY_TOKEN), else that of the CI job.
 * @throws OidcError; CliError ERR_CREDENTIAL_MISSING when there is neither
 */
export async function signingToken(
  args: Arguments,
  context: Context,
  http: HttpClient,
): Promise<SigningToken> {
  const explicit = await explicitToken(args, context);
  if (explicit === undefined) return ambientToken(context, http, FULCIO_AUDIENCE);
  const expectation = { audience: FULCIO_AUDIENCE, now: context.host.now() };
  return { ...parseIdToken(explicit, expectation), renewable: false };
}

/** The place that runs us and gives tokens to its jobs, if it is one. */
export function ambientProvider({ host }: Pick<Context, 'host'>): AmbientProvider | undefined {
  const { environment, readFile } = ambientPlace(host);
  return detectAmbientProvider(environment, readFile);
}

/** The token of the place that runs us, for one audience. @throws as `signingToken` */
export async function ambientToken(
  { host, options }: Context,
  http: HttpClient,
  audience: string,
): Promise<AmbientToken> {
  // Google's metadata server answers with credentials in the clear: no proxy may hear them.
  const directHttp = new HttpClient({
    userAgent: `colophon/${VERSION}`,
    timeBudgetMs: options.timeBudgetMs,
  });
  try {
    const reach = { http, directHttp, runCommand, signal: host.signal };
    const request = { ...ambientPlace(host), ...reach, audience, now: () => host.now() };
    return (await detectAmbientToken(request)) ?? noPlace(audience);
  } finally {
    await directHttp.close();
  }
}

function noPlace(audience: string): never {
  throw new CliError(
    'ERR_CREDENTIAL_MISSING',
    `no identity token for ${audience}: this is no job of GitHub Actions, GitLab CI, CircleCI or Buildkite, and no machine of Google Cloud`,
  );
}

async function explicitToken(args: Arguments, { host }: Context): Promise<string | undefined> {
  const [token, file] = [args.text('identity-token'), args.text('identity-token-file')];
  if (token !== undefined && file !== undefined)
    throw usageError('--identity-token excludes --identity-token-file');
  if (token !== undefined) return token;
  if (file === '-') return tokenFromInput(host, process.stdin);
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
