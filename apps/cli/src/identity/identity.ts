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
import type { Host } from '../host.ts';
import type { Arguments } from '../options/arguments.ts';
import { wireTrace } from '../render/wire-trace.ts';
import { tokenFromInput } from '../signing/token-input.ts';
import type { LoginSetting } from './login.ts';
import { NO_PLACE } from './no-place.ts';
import { type OidcOptions, readOidcOptions } from './oidc-options.ts';
import { VERSION } from '../version.ts';

/** A token to sign with. */
export interface SigningToken extends IdToken {
  /** Whether asking again gives another token. One that was handed over ends as it is, and so does GitLab's. */
  readonly renewable: boolean;
  /** The place that gave it; absent for one that was handed over, or that a person logged in for. */
  readonly provider?: string;
}

const TOKEN_VARIABLE = 'SIGSTORE_IDENTITY_TOKEN';
const LIKE_A_TOKEN = /^ey[\w-]+\.[\w-]+\.[\w-]*$/;

/** Logins of this run, by its host: people are asked once. */
const logins = new WeakMap<Host, Promise<IdToken>>();

/**
 * The token to sign with: one that was handed over (flag, file, SIGSTORE_IDENTITY_TOKEN), else that of the place that runs
 * us, else that of a person, who logs in once in a run.
 * @throws OidcError; CliError ERR_CREDENTIAL_MISSING when there is none
 */
export async function signingToken(
  args: Arguments,
  context: Context,
  http: HttpClient,
): Promise<SigningToken> {
  const { host } = context;
  const oidc = readOidcOptions(args, host);
  const atHand = await tokenAtHand(args, oidc, { context, http });
  if (atHand !== undefined) return atHand;
  const known = logins.get(host) ?? loginOnce({ args, context, http, oidc });
  logins.set(host, known);
  const { secret } = await known;
  return handedOver(secret.reveal(), oidc, host);
}

/**
 * The token to sign with for an index: as `signingToken`, but nobody is asked to log in, since indexes take attestations
 * of jobs alone: what a person signed could be sent nowhere, and would be in the log for ever.
 * @throws OidcError; CliError ERR_CREDENTIAL_UNFIT where only a login would be left
 */
export async function jobToken(args: Arguments, context: Context, http: HttpClient): Promise<SigningToken> {
  const token = await tokenAtHand(args, readOidcOptions(args, context.host), { context, http });
  if (token !== undefined) return token;
  throw new CliError(
    'ERR_CREDENTIAL_UNFIT',
    'nothing was signed: the identity of this job may not be asked for, and an index takes attestations of no other',
  );
}

async function tokenAtHand(
  args: Arguments,
  oidc: OidcOptions,
  { context, http }: Pick<LoginSetting, 'context' | 'http'>,
): Promise<SigningToken | undefined> {
  const explicit = await explicitToken(args, context);
  if (explicit !== undefined) return handedOver(explicit, oidc, context.host);
  if (oidc.disableAmbient || ambientProvider(context) === undefined) return undefined;
  return ambientToken(context, http, oidc.clientId);
}

function handedOver(text: string, { clientId }: OidcOptions, host: Host): SigningToken {
  return { ...parseIdToken(text, { audience: clientId, now: host.now() }), renewable: false };
}

// What logs people in is large, and no CI job needs it.
async function loginOnce(setting: LoginSetting): Promise<IdToken> {
  const { login } = await import('./login.ts');
  const token = await login(setting);
  const { claims } = token;
  setting.context.talk.say(`logged in as ${claims.email ?? claims.sub} at ${claims.iss}`);
  return token;
}

/** The place that runs us and gives tokens to its jobs, if it is one. */
export function ambientProvider({ host }: Pick<Context, 'host'>): AmbientProvider | undefined {
  const { environment, readFile } = ambientPlace(host);
  return detectAmbientProvider(environment, readFile);
}

/** Whether `signingToken` will ask the place that runs us. @throws CliError ERR_USAGE */
export function isTokenAmbient(args: Arguments, context: Context): boolean {
  const { host } = context;
  if (isHandedOver(args, host)) return false;
  return !readOidcOptions(args, host).disableAmbient && ambientProvider(context) !== undefined;
}

function isHandedOver(args: Arguments, { environment }: Host): boolean {
  return (
    args.has('identity-token') || args.has('identity-token-file') || Boolean(environment[TOKEN_VARIABLE])
  );
}

/** Says that an option of a login is without effect: whoever names an issuer may take the identity for one of its. */
export function tellIdleLogin(args: Arguments, context: Context): void {
  const idle = ['oidc-issuer', 'oauth-force-oob'].find((name) => args.has(name));
  if (idle === undefined) return;
  const { host, talk } = context;
  if (isHandedOver(args, host)) talk.warn(`--${idle} has no effect: the identity token was handed over`);
  else if (isTokenAmbient(args, context))
    talk.warn(
      `--${idle} has no effect: ${ambientProvider(context)?.name} gives the identity token, unless --oidc-disable-ambient-providers forbids it`,
    );
}

/** The token of the place that runs us, for one audience. @throws as `signingToken` */
export async function ambientToken(
  { host, options, talk }: Context,
  http: HttpClient,
  audience: string,
  signal: AbortSignal = host.signal,
): Promise<AmbientToken> {
  // Google's metadata server answers with credentials in the clear: no proxy may hear them.
  const directHttp = new HttpClient({
    userAgent: `colophon/${VERSION}`,
    timeBudgetMs: options.timeBudgetMs,
    ...wireTrace(options, talk),
  });
  try {
    const reach = { http, directHttp, runCommand, signal };
    const request = { ...ambientPlace(host), ...reach, audience, now: () => host.now() };
    return (await detectAmbientToken(request)) ?? noPlace(audience);
  } finally {
    await directHttp.close();
  }
}

function noPlace(audience: string): never {
  throw new CliError('ERR_CREDENTIAL_MISSING', `no identity token for ${audience}: ${NO_PLACE}`);
}

async function explicitToken(args: Arguments, { host }: Context): Promise<string | undefined> {
  const [token, file] = [args.text('identity-token'), args.text('identity-token-file')];
  if (token !== undefined && file !== undefined)
    throw usageError('--identity-token excludes --identity-token-file');
  if (token !== undefined) return token;
  if (file === '-') return tokenFromInput(host, process.stdin);
  // A message about a file that is not there would show it.
  if (file !== undefined && LIKE_A_TOKEN.test(file))
    throw usageError(
      `--identity-token-file names a file, and was given what looks like a token: set ${TOKEN_VARIABLE}`,
    );
  if (file !== undefined) return decodeUtf8(await readWhole(resolve(host.workingDirectory, file)));
  return host.environment[TOKEN_VARIABLE] || undefined;
}
