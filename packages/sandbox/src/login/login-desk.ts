// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomInt } from 'node:crypto';
import { encodeHex } from '@colophon/base';
import type { Clock } from '../clock.ts';
import type { LoginLie } from './login-lie.ts';
import type { CodeAnswer, LoginRequest } from './login-request.ts';
import { OAuthFailure } from './oauth-failure.ts';

/** Somebody at the login page. */
export interface Visit {
  readonly id: string;
  readonly request: LoginRequest;
  /** Once they have said who they are. */
  email?: string;
}

/** Who logged in, and what for. */
export interface Grant {
  readonly clientId: string;
  readonly email: string;
  readonly nonce?: string;
}

interface CodeGrant extends Grant {
  readonly answer: CodeAnswer;
  readonly expires: number;
}

interface Device {
  readonly clientId: string;
  readonly userCode: string;
  readonly expires: number;
  interval: number;
  polled?: number;
  outcome?: Grant | 'denied';
}

export interface LoginDeskOptions {
  readonly clock: Clock;
  /** Clients and their secrets, which are empty for public ones. Default: `sigstore`, public. */
  readonly clients?: Readonly<Record<string, string>>;
  /** How often a device may ask, in seconds. Default 5. */
  readonly deviceInterval?: number;
  /** How long a device may ask, in seconds. Default 300. */
  readonly deviceLifetime?: number;
}

/** How long a code is good for, in milliseconds. */
const CODE_LIFETIME_MS = 60_000;
/** Letters that make no words, and are not mistaken for others. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** Who is logging in at the moment: visits, the codes that came of them, and devices that wait. */
export class LoginDesk {
  readonly clients: Readonly<Record<string, string>>;
  /** What its endpoints do wrong from now on. */
  readonly lies = new Set<LoginLie>();
  readonly #options: LoginDeskOptions;
  readonly #visits = new Map<string, Visit>();
  readonly #codes = new Map<string, CodeGrant>();
  readonly #devices = new Map<string, Device>();

  constructor(options: LoginDeskOptions) {
    this.#options = options;
    this.clients = options.clients ?? { sigstore: '' };
  }

  /** @throws OAuthFailure where the client is not known */
  visit(request: LoginRequest): Visit {
    if (!Object.hasOwn(this.clients, request.clientId)) throw new OAuthFailure('invalid_client');
    const visit = { id: encodeHex(randomBytes(16)), request };
    this.#visits.set(visit.id, visit);
    return visit;
  }

  /** A visit that goes on. @throws OAuthFailure */
  resume(id: string): Visit {
    const visit = this.#visits.get(id);
    if (!visit) throw new OAuthFailure('invalid_request', 'This login is over.');
    return visit;
  }

  /** Ends a visit with a code, which is good for one exchange. @throws OAuthFailure */
  grantCode(visit: Visit, answer: CodeAnswer): string {
    this.#visits.delete(visit.id);
    const code = encodeHex(randomBytes(12));
    const expires = this.#now() + CODE_LIFETIME_MS;
    this.#codes.set(code, { ...grantOf(visit), answer, expires });
    return code;
  }

  /** Ends a visit that gives nothing. */
  refuse(visit: Visit): void {
    this.#visits.delete(visit.id);
    const { answer } = visit.request;
    if (answer.kind === 'device') this.#waiting(answer.userCode).outcome = 'denied';
  }

  /** Ends a visit for a device that waits. @throws OAuthFailure */
  grantDevice(visit: Visit, userCode: string): void {
    this.#visits.delete(visit.id);
    this.#waiting(userCode).outcome = grantOf(visit);
  }

  /** What a code was given for; it is gone then. @throws OAuthFailure */
  redeem(code: string): CodeGrant {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (!grant || grant.expires < this.#now()) throw new OAuthFailure('invalid_grant');
    return grant;
  }

  /** Lets a device wait (RFC 8628 §3.2). @throws OAuthFailure */
  addDevice(clientId: string): { deviceCode: string; userCode: string; lifetime: number; interval: number } {
    if (!Object.hasOwn(this.clients, clientId)) throw new OAuthFailure('invalid_client');
    const { deviceLifetime: lifetime = 300, deviceInterval: interval = 5 } = this.#options;
    const deviceCode = encodeHex(randomBytes(16));
    const userCode = newUserCode();
    const expires = this.#now() + lifetime * 1000;
    this.#devices.set(deviceCode, { clientId, userCode, expires, interval });
    return { deviceCode, userCode, lifetime, interval };
  }

  /** The client of the device that shows a code. @throws OAuthFailure */
  clientOfDevice(userCode: string): string {
    return this.#waiting(userCode).clientId;
  }

  /** What a device's login came to (RFC 8628 §3.5). @throws OAuthFailure as long as it came to nothing */
  poll(deviceCode: string): Grant {
    const device = this.#devices.get(deviceCode);
    if (!device) throw new OAuthFailure('invalid_grant');
    const now = this.#now();
    if (device.expires <= now) throw new OAuthFailure('expired_token');
    const early = device.polled !== undefined && now < device.polled + device.interval * 1000;
    device.polled = now;
    if (early) {
      device.interval += 5;
      throw new OAuthFailure('slow_down');
    }
    if (device.outcome === undefined) throw new OAuthFailure('authorization_pending');
    this.#devices.delete(deviceCode);
    if (device.outcome === 'denied') throw new OAuthFailure('access_denied');
    return device.outcome;
  }

  #waiting(userCode: string): Device {
    const wanted = userCode.toUpperCase().replaceAll(/[^A-Z]/g, '');
    for (const device of this.#devices.values())
      if (device.userCode.replace('-', '') === wanted && device.expires > this.#now()) return device;
    throw new OAuthFailure('invalid_request', 'No device shows this code.');
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}

function grantOf({ request: { clientId, nonce }, email }: Visit): Grant {
  if (email === undefined) throw new OAuthFailure('access_denied');
  return { clientId, email, ...(nonce !== undefined && { nonce }) };
}

function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
