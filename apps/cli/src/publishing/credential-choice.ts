// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { requestAudience, type PackageIndex } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { ambientProvider, ambientToken } from '../identity/identity.ts';
import { NO_PLACE } from '../identity/no-place.ts';
import { askPassword, canAsk, unaskedPassword } from './asked-password.ts';
import { type GivenCredential, noPassword, type Password, TOKEN_USER } from './credential.ts';
import { keyringPassword } from './keyring.ts';

/** What an upload proves itself with: tokens minted for this job's identity (no password), or a password. */
export interface Credential {
  readonly password: Password | undefined;
}

export type TrustedPublishing = 'auto' | 'always' | 'never';

interface Setting {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
  /** Nobody is asked for what would not be used. */
  readonly dryRun: boolean;
}

/**
 * Settles with what files are uploaded. Attestations are taken under trusted publishing only, so where both ways are open
 * neither is taken in silence: a forgotten password would be a downgrade that nobody asked for.
 * @throws CliError ERR_CREDENTIAL_CONFLICT, ERR_PASSWORD_MISSING, ERR_USAGE; OidcError ERR_TOKEN_PERMISSION; IndexError, HttpError
 */
export async function chooseCredential(
  mode: TrustedPublishing,
  given: GivenCredential,
  setting: Setting,
): Promise<Credential> {
  const credential = await choose(mode, given, setting);
  if (credential.password === undefined) await assertHandedOver(setting);
  return credential;
}

// A job that is given its tokens when it starts has the index's by now, or never: better heard before anything is signed.
async function assertHandedOver(setting: Setting): Promise<void> {
  const { context, http } = setting;
  if (ambientProvider(context)?.renewable !== false) return;
  const audience = await offeredAudience(setting);
  if (audience !== undefined) await ambientToken(context, http, audience);
}

async function choose(
  mode: TrustedPublishing,
  given: GivenCredential,
  setting: Setting,
): Promise<Credential> {
  if (mode === 'always') return withIdentity(setting);
  const password = given.password ?? (await storedPassword(given.user, setting));
  if (password === undefined) return withoutPassword(mode, given, setting);
  assertUsable(password, setting.index);
  if (mode === 'auto' && (await isTrustedPublisher(setting)))
    throw new CliError(
      'ERR_CREDENTIAL_CONFLICT',
      `${password.source} gives a password for ${setting.index.name}, and this job could publish without one`,
    );
  return { password };
}

// Better heard now than at the first upload, when everything has been signed.
function withIdentity({ context, index }: Setting): Credential {
  if (ambientProvider(context) !== undefined) return { password: undefined };
  return noPassword(
    index.name,
    `--trusted-publishing always takes none but a job’s identity, and ${NO_PLACE}`,
  );
}

type User = Extract<GivenCredential, { password: undefined }>['user'];

// A keyring keeps passwords by user name: only PyPI's is known without being told.
async function storedPassword(user: User, { context, index }: Setting): Promise<Password | undefined> {
  const username = user?.value ?? (index.audience === undefined ? undefined : TOKEN_USER);
  return username === undefined ? undefined : keyringPassword(index.uploadUrl, username, context);
}

function assertUsable({ username, source }: Password, index: PackageIndex): void {
  if (index.audience === undefined || username === TOKEN_USER) return;
  throw usageError(
    `${source}: ${index.name} takes API tokens only, and they go with the user name ${TOKEN_USER}`,
  );
}

async function withoutPassword(
  mode: TrustedPublishing,
  given: GivenCredential,
  setting: Setting,
): Promise<Credential> {
  const user = given.password === undefined ? given.user : undefined;
  const why = await whyNotTrusted(mode, user, setting);
  if (why === undefined) return { password: undefined };
  const { context, index, dryRun } = setting;
  if (!canAsk(context)) return noPassword(index.name, why);
  const password = dryRun ? unaskedPassword(user) : await askPassword(index, user, context);
  assertUsable(password, index);
  return { password };
}

/** Why this run cannot publish by its identity alone; undefined where it can. */
async function whyNotTrusted(
  mode: TrustedPublishing,
  user: User,
  setting: Setting,
): Promise<string | undefined> {
  if (user !== undefined && user.value !== TOKEN_USER)
    return `${user.source} names a user, and no password is given`;
  if (mode === 'never') return 'no password is given';
  if (ambientProvider(setting.context) === undefined)
    return 'no password is given, and this is no job with an identity of its own';
  if ((await offeredAudience(setting)) === undefined)
    return `no password is given, and ${setting.index.name} does not offer trusted publishing`;
  return undefined;
}

async function isTrustedPublisher(setting: Setting): Promise<boolean> {
  const { context, http } = setting;
  if (ambientProvider(context) === undefined) return false;
  const audience = await offeredAudience(setting);
  if (audience === undefined) return false;
  try {
    await ambientToken(context, http, audience);
    return true;
  } catch (error) {
    if (isAppError(error) && error.code === 'ERR_TOKEN_PERMISSION') return false;
    throw error;
  }
}

/** What an index that has no trusted publishing answers; devpi takes the path for a user's name, others ask for a password. */
const NOT_OFFERED: readonly string[] = [
  'ERR_TRUSTED_PUBLISHING_UNSUPPORTED',
  'ERR_TRUSTED_PUBLISHING_DISABLED',
  'ERR_INDEX_RESPONSE',
  'ERR_INDEX_FORBIDDEN',
];

async function offeredAudience({ context, http, index }: Setting): Promise<string | undefined> {
  if (index.audience !== undefined) return index.audience;
  try {
    return await requestAudience({ index, http, signal: context.host.signal });
  } catch (error) {
    if (isAppError(error) && NOT_OFFERED.includes(error.code)) return undefined;
    throw error;
  }
}

/** The credential as `--json` tells it: never the secret. */
export function credentialJson({ password }: Credential): JsonObject {
  if (password === undefined) return { kind: 'trusted-publishing' };
  const { username, source } = password;
  return username === TOKEN_USER ? { kind: 'api-token', source } : { kind: 'password', username, source };
}
