// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from 'node:timers/promises';
import type { Secret } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import {
  IndexError,
  mintUploadToken,
  requestAudience,
  type PackageIndex,
  type UploadToken,
} from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { ambientToken } from '../identity/identity.ts';
import { maskOnRunner } from '../render/runner-mask.ts';
import type { Password } from './credential.ts';

/** What goes with a request; a password has no end that is known here. */
export interface UploadCredential {
  readonly username?: string;
  readonly secret: Secret;
}

interface Minting {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
}

/** How long before its end a token is no longer used for another file, where another one can be had. */
const MARGIN_MS = 120_000;
const TRIES = 3;

/**
 * Gives what to upload with: the password, or tokens that the index mints for this job, the first one when it is needed
 * and another before it ends. An identity token is taken to the index once: after a lost answer a fresh one is. Where the
 * place gives no second one (GitLab), the end of the upload token is the end of the run.
 */
export class CredentialSource {
  readonly #minting: Minting;
  readonly #password: Password | undefined;
  #audience: string | undefined;
  #token: UploadToken | undefined;
  #renewable = true;

  constructor(minting: Minting, password: Password | undefined) {
    this.#minting = minting;
    this.#password = password;
  }

  /** @throws CliError ERR_TOKEN_SPENT; IndexError, OidcError, HttpError of getting a token */
  async current(): Promise<UploadCredential> {
    if (this.#password !== undefined) return this.#password;
    const left = (this.#token?.expires.getTime() ?? 0) - this.#minting.context.host.now().getTime();
    if (this.#token !== undefined && left > (this.#renewable ? MARGIN_MS : 0)) return this.#token;
    return this.#mint();
  }

  /** Another token, after the index called the current one expired; undefined where there is none to be had. */
  async renewed(): Promise<UploadCredential | undefined> {
    return this.#password !== undefined || !this.#renewable ? undefined : this.#mint();
  }

  async #mint(): Promise<UploadToken> {
    if (this.#token !== undefined && !this.#renewable) throw spent('its upload token has expired');
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#token = await this.#exchange();
        maskOnRunner(this.#minting.context.host, this.#token.secret);
        return this.#token;
      } catch (error) {
        if (!needsAnother(error)) throw error;
        if (!this.#renewable) throw spent('its identity token was exchanged before', error);
        if (attempt === TRIES) throw error;
        await this.#pause(attempt, error);
      }
    }
  }

  async #exchange(): Promise<UploadToken> {
    const { context, http, index } = this.#minting;
    const { signal } = context.host;
    this.#audience ??= await requestAudience({ index, http, signal });
    const { secret, renewable } = await ambientToken(context, http, this.#audience);
    this.#renewable = renewable;
    return mintUploadToken({ index, http, signal, identityToken: secret, now: context.host.now() });
  }

  async #pause(attempt: number, { message }: IndexError): Promise<void> {
    const { talk, host } = this.#minting.context;
    talk.say(`${message}; asking again with a fresh identity token`);
    await wait(attempt * 1000, undefined, { signal: host.signal });
  }
}

// An answer that was lost may have been a yes: then the index has seen this identity token, and takes it no more.
function needsAnother(error: unknown): error is IndexError {
  if (!(error instanceof IndexError)) return false;
  if (error.code === 'ERR_INDEX_UNAVAILABLE') return error.details['uncertain'] === true;
  const { codes } = error.details;
  return (
    error.code === 'ERR_TRUSTED_PUBLISHING_REFUSED' &&
    Array.isArray(codes) &&
    codes.includes('invalid-reuse-token')
  );
}

function spent(why: string, cause?: unknown): CliError {
  return new CliError(
    'ERR_TOKEN_SPENT',
    `this job can get no other upload token: ${why}`,
    cause === undefined ? {} : { cause },
  );
}
