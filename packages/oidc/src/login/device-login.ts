// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timer } from 'node:timers/promises';
import type { DeviceAuthorizationResponse } from 'openid-client';
import type { IdToken } from '../id-token.ts';
import { OidcError } from '../oidc-error.ts';
import { SCOPE } from './authorization-request.ts';
import {
  type IssuerSession,
  type LoginOptions,
  openIssuer,
  secretsOf,
  tokenOfAnswer,
} from './issuer-session.ts';
import { parseLoginUrl } from './issuer-url.ts';
import { loginFailure, protocolError } from './login-failure.ts';

/** What a person must know to log a device in. */
export interface DeviceInstructions {
  /** Where to go. */
  readonly url: string;
  /** What to type there, or to compare. Printable ASCII. */
  readonly userCode: string;
  /** How long that is possible, in milliseconds. */
  readonly lifetimeMs: number;
}

export interface DeviceLoginOptions extends LoginOptions {
  readonly instruct: (instructions: DeviceInstructions) => void;
  /** Waits; the default is real. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** How long the person may take, in milliseconds, where the issuer allows more. Default 900 000. */
  readonly timeoutMs?: number;
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEFAULT_INTERVAL_S = 5;
const LONGEST_INTERVAL_S = 60;
const SLOWER_S = 5;
const FIFTEEN_MINUTES_MS = 900_000;
const USER_CODE = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;

/**
 * Logs a person in by a browser of another machine (RFC 8628): they type a short code there, and the issuer is asked
 * meanwhile, as often as it allows.
 * @throws OidcError ERR_LOGIN_ISSUER, also where the issuer has no such way (`details.missing`
 *   names the endpoint then); ERR_LOGIN_ANSWER, ERR_LOGIN_DENIED,
 *   ERR_LOGIN_TIMEOUT, and those of `parseIdToken`
 * @throws HttpError when the issuer cannot be reached
 */
export async function loginByDevice(options: DeviceLoginOptions): Promise<IdToken> {
  const session = await openIssuer(options);
  const begun = await beginDevice(session);
  const lifetimeMs = Math.min(begun.expires_in * 1000, options.timeoutMs ?? FIFTEEN_MINUTES_MS);
  options.instruct({ ...instructionsOf(begun, session.name), lifetimeMs });
  const end = options.now().getTime() + lifetimeMs;
  let interval = Math.min(Math.max(begun.interval ?? DEFAULT_INTERVAL_S, 1), LONGEST_INTERVAL_S);
  for (;;) {
    await pause(interval * 1000, options);
    if (options.now().getTime() >= end) throw late(lifetimeMs);
    const outcome = await poll(session, begun.device_code);
    if (typeof outcome !== 'string') return outcome;
    if (outcome === 'slow_down') interval += SLOWER_S;
  }
}

async function beginDevice(session: IssuerSession): Promise<DeviceAuthorizationResponse> {
  const { library, config, name } = session;
  if (config.serverMetadata().device_authorization_endpoint === undefined)
    throw new OidcError('ERR_LOGIN_ISSUER', `${name} logs no devices in`, {
      details: { missing: 'device_authorization_endpoint' },
    });
  return library.initiateDeviceAuthorization(config, { scope: SCOPE }).catch((error: unknown) => {
    const secrets = secretsOf(session);
    throw loginFailure(error, { what: `the answer of ${name}`, code: 'ERR_LOGIN_ANSWER', secrets });
  });
}

/** Reads what is shown to a person: nothing in it may be something else than it looks like. */
function instructionsOf(
  begun: DeviceAuthorizationResponse,
  name: string,
): Omit<DeviceInstructions, 'lifetimeMs'> {
  const { user_code: userCode, verification_uri: page, verification_uri_complete: complete } = begun;
  if (!USER_CODE.test(userCode))
    throw new OidcError('ERR_LOGIN_ANSWER', `the answer of ${name} is of no use: its code cannot be typed`);
  const url = parseLoginUrl(page, `the verification_uri of ${name}`);
  if (complete === undefined) return { url: url.href, userCode };
  const whole = parseLoginUrl(complete, `the verification_uri_complete of ${name}`);
  return { url: (whole.origin === url.origin ? whole : url).href, userCode };
}

async function pause(ms: number, { sleep = sleepFor, signal }: DeviceLoginOptions): Promise<void> {
  await sleep(ms, signal);
  signal?.throwIfAborted();
}

async function sleepFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await timer(ms, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
}

type Pending = 'authorization_pending' | 'slow_down';

async function poll(session: IssuerSession, deviceCode: string): Promise<IdToken | Pending> {
  const { library, config, name } = session;
  try {
    return tokenOfAnswer(
      session,
      await library.genericGrantRequest(config, DEVICE_GRANT, { device_code: deviceCode }),
    );
  } catch (error) {
    if (error instanceof OidcError) throw error;
    const pending = protocolError(error);
    if (pending === 'authorization_pending' || pending === 'slow_down') return pending;
    const secrets = secretsOf(session, deviceCode);
    throw loginFailure(error, { what: `the answer of ${name}`, code: 'ERR_LOGIN_ANSWER', secrets });
  }
}

function late(lifetimeMs: number): OidcError {
  return new OidcError('ERR_LOGIN_TIMEOUT', `nobody logged in within ${Math.round(lifetimeMs / 1000)} s`);
}
