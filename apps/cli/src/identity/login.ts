// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import {
  type DeviceInstructions,
  type IdToken,
  loginByBrowser,
  loginByCode,
  loginByDevice,
  type LoginOptions,
  OidcError,
} from '@colophon/oidc';
import { selectServices } from '@colophon/trust';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import type { Person } from '../person.ts';
import { escapeLine } from '../render/escape.ts';
import { loadInstance } from '../trust/instance.ts';
import { NO_PLACE } from './no-place.ts';
import type { OidcOptions } from './oidc-options.ts';

/** What a login goes by. */
export interface LoginSetting {
  readonly args: Arguments;
  readonly context: Context;
  readonly http: HttpClient;
  readonly oidc: OidcOptions;
}

const FIVE_MINUTES_MS = 300_000;

/**
 * Logs the person before the program in: in their browser, or by a code that they carry, or on another machine.
 * @throws CliError ERR_CREDENTIAL_MISSING where nobody can be asked; OidcError, HttpError
 */
export async function login(setting: LoginSetting): Promise<IdToken> {
  const { context, oidc } = setting;
  const person = whoCanBeAsked(context, oidc);
  if (oidc.forceOutOfBand && setting.args.flag('password-stdin'))
    throw usageError('--oauth-force-oob and --password-stdin would both read standard input');
  const options = await loginOptions(setting);
  return context.talk.asking(async () => {
    if (oidc.forceOutOfBand) return inWords(context, person, options);
    return person.hasBrowser ? inBrowser(context, person, options) : elsewhere(context, person, options);
  });
}

function whoCanBeAsked({ host, options }: Context, oidc: OidcOptions): Person {
  const { person } = host;
  if (options.nonInteractive) throw nobody(oidc, 'nobody may be asked (--non-interactive, or CI is set)');
  if (person === undefined || !(person.atTerminal || oidc.forceOutOfBand))
    throw nobody(oidc, 'there is no terminal to ask anybody to log in at');
  return person;
}

function nobody({ clientId, disableAmbient }: OidcOptions, why: string): CliError {
  const ambient = disableAmbient ? 'no CI system or machine may be asked for one' : NO_PLACE;
  return new CliError('ERR_CREDENTIAL_MISSING', `no identity token for ${clientId}: ${ambient}, and ${why}`);
}

async function loginOptions({ context, http, oidc }: LoginSetting): Promise<LoginOptions> {
  const { host } = context;
  const { clientId, clientSecret } = oidc;
  return {
    issuerUrl: oidc.issuerUrl ?? (await configuredIssuer(context)),
    clientId,
    http,
    now: () => host.now(),
    signal: host.signal,
    ...(clientSecret === undefined ? {} : { clientSecret }),
  };
}

async function configuredIssuer(context: Context): Promise<string> {
  const { signingConfig, source } = await loadInstance(context);
  const wanted = { now: context.host.now(), rekorApiVersions: [1, 2], timestamps: false };
  const { oidcUrl } = selectServices(signingConfig, wanted);
  if (oidcUrl !== undefined) return oidcUrl;
  throw new CliError(
    'ERR_CREDENTIAL_MISSING',
    `${source} names no issuer to log in at: give one with --oidc-issuer`,
  );
}

async function inBrowser(context: Context, person: Person, options: LoginOptions): Promise<IdToken> {
  const { talk } = context;
  return loginByBrowser({
    ...options,
    timeoutMs: patience(context),
    openBrowser: async (url) => {
      talk.raw('To log in, go to this address, if no browser opens it by itself:\n');
      sayAddress(context, url);
      await person.openBrowser(url).catch(() => talk.raw('No browser could be started.\n'));
    },
  });
}

async function inWords(context: Context, person: Person, options: LoginOptions): Promise<IdToken> {
  const { talk, host } = context;
  return loginByCode({
    ...options,
    askForCode: async (url) => {
      talk.raw('To log in, go to this address with any browser:\n');
      sayAddress(context, url);
      talk.raw('Enter the code that it shows: ');
      return person.readLine(host.signal);
    },
  });
}

// Issuers that log no devices in may still show a code that can be carried.
async function elsewhere(context: Context, person: Person, options: LoginOptions): Promise<IdToken> {
  const instruct = (instructions: DeviceInstructions) => sayInstructions(context, instructions);
  try {
    return await loginByDevice({ ...options, timeoutMs: patience(context), instruct });
  } catch (error) {
    const offered = !(error instanceof OidcError) || error.details['missing'] === undefined;
    if (offered) throw error;
    return inWords(context, person, options);
  }
}

function sayInstructions(context: Context, { url, userCode, lifetimeMs }: DeviceInstructions): void {
  const { talk } = context;
  talk.raw('To log in, go to this address with a browser of any machine:\n');
  sayAddress(context, url);
  const minutes = Math.ceil(lifetimeMs / 60_000);
  talk.raw(`There, enter or compare this code, within ${minutes} min: ${escapeLine(userCode)}\n`);
}

// Addresses are printed as they are: they were parsed and printed again, so nothing in them is unprintable.
function sayAddress({ talk }: Context, url: string): void {
  talk.raw(`\n    ${url}\n\n`);
}

function patience({ options }: Context): number {
  return Math.min(FIVE_MINUTES_MS, options.timeBudgetMs);
}
