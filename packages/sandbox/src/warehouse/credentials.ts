// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { SandboxRequest } from '../http-service.ts';
import { normalizedProjectName } from './python-version.ts';
import type { PublisherIdentity } from './publisher.ts';
import { Refusal } from './refusal.ts';

/** A token that somebody made on the site and put into a secret. */
export interface ApiToken {
  readonly token: string;
  /** The projects it is for, or all of its user's, new ones included. */
  readonly projects: readonly string[] | 'user';
  /** Default: the sandbox's one user, who owns every project that the settings name. */
  readonly user?: string;
}

/** Who a request comes from. */
export type Identity =
  | { readonly kind: 'user'; readonly user: string; readonly projects: ReadonlySet<string> | undefined }
  | {
      readonly kind: 'publisher';
      readonly publisher: PublisherIdentity;
      readonly projects: ReadonlySet<string>;
      readonly expires: Date;
    };

export const DEFAULT_USER = 'sandbox';
export const TOKEN_LIFETIME_MS = 900_000;

/** The tokens that the index takes: those of its settings, and those that it minted. */
export class Credentials {
  readonly #identities = new Map<string, Identity>();

  constructor(tokens: readonly ApiToken[]) {
    for (const { token, projects, user = DEFAULT_USER } of tokens) {
      const scope = projects === 'user' ? undefined : new Set(projects.map(normalizedProjectName));
      this.#identities.set(token, { kind: 'user', user, projects: scope });
    }
  }

  /** Mints a token for a publisher's projects. */
  mint(
    publisher: PublisherIdentity,
    projects: readonly string[],
    now: Date,
  ): { token: string; expires: Date } {
    const token = `pypi-${randomBytes(96).toString('base64url')}`;
    const expires = new Date(Math.floor(now.getTime() / 1000) * 1000 + TOKEN_LIFETIME_MS);
    const scope = new Set(projects.map(normalizedProjectName));
    this.#identities.set(token, { kind: 'publisher', publisher, projects: scope, expires });
    return { token, expires };
  }

  /** Who shows a token that is known; expiry is judged with the project. @throws Refusal 403 for a password */
  identify(request: SandboxRequest): Identity | undefined {
    const [, scheme = '', value = ''] = /^(\S+)\s+(.*)$/.exec(request.headers.authorization ?? '') ?? [];
    if (/^(?:bearer|token)$/i.test(scheme)) return this.#identities.get(value);
    if (!/^basic$/i.test(scheme)) return undefined;
    const [user = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
    if (user !== '__token__') throw passwordRefusal(request.url.origin);
    return this.#identities.get(password.join(':').trim());
  }
}

function passwordRefusal(origin: string): Refusal {
  return new Refusal(
    403,
    'Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers instead. ' +
      `See ${origin}/help/#apitoken and ${origin}/help/#trusted-publishers`,
  );
}
