// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import type { PackageIndex } from '@colophon/pypi';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { escapeLine } from '../render/escape.ts';
import { type NamedUser, noPassword, type Password, TOKEN_USER } from './credential.ts';

const SOURCE = 'a password typed here';

/** Whether somebody can be asked for a password: at a terminal that hides it, and unless that was forbidden. */
export function canAsk({ host, options }: Context): boolean {
  // twine's own variable for the same.
  const forbidden = !/^(?:|0|false|no|off)$/i.test(host.environment['TWINE_NON_INTERACTIVE'] ?? '');
  return !options.nonInteractive && !forbidden && host.person?.canHide === true;
}

/**
 * Asks for the password of a user, or an API token, without showing it; for the user name too, where none is known and the
 * index takes others than API tokens.
 * @throws CliError ERR_PASSWORD_MISSING for an empty one, ERR_USAGE for an impossible user name
 */
export async function askPassword(
  index: PackageIndex,
  user: NamedUser | undefined,
  { host, talk }: Context,
): Promise<Password> {
  const { person } = host;
  if (person === undefined) throw new TypeError('there is nobody to ask');
  return talk.asking(async () => {
    const username = user?.value ?? (index.audience === undefined ? await askUser() : TOKEN_USER);
    const what = username === TOKEN_USER ? 'API token' : `Password of ${username}`;
    talk.raw(`${escapeLine(what)} for ${index.name}: `);
    const text = await person.readHidden(host.signal);
    talk.raw('\n');
    host.signal.throwIfAborted();
    // A token is pasted, often with what stood beside it; a password may begin with a space.
    const password = username === TOKEN_USER ? text?.trim() : text;
    if (!password) return noPassword(index.name, 'none was entered');
    return { username, secret: new Secret(password), source: SOURCE };
  });

  async function askUser(): Promise<string> {
    talk.raw(`User name for ${index.name} (${TOKEN_USER} for an API token): `);
    const name = (await person?.readLine(host.signal))?.trim() ?? '';
    if (/[:\p{Cc}]/u.test(name)) throw usageError('a user name holds no colon and no control character');
    return name === '' ? TOKEN_USER : name;
  }
}

/** What stands for a password that a dry run does not ask for. */
export function unaskedPassword(user: NamedUser | undefined): Password {
  return { username: user?.value ?? TOKEN_USER, secret: new Secret(''), source: SOURCE };
}
