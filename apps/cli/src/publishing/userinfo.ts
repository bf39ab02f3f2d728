// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { usageError } from '../cli-error.ts';

/** User name and password out of a URL, decoded. */
export interface UserInfo {
  readonly source: string;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
}

/**
 * Takes user name and password out of a URL, as twine and uv take them for the credential. The URL itself goes on without.
 * @throws CliError ERR_USAGE for an encoding that cannot be undone; the message shows nothing of it
 */
export function takeUserinfo(text: string, source: string): { url: string; userinfo: UserInfo | undefined } {
  const url = URL.parse(text);
  if (url === null || (url.username === '' && url.password === '')) return { url: text, userinfo: undefined };
  const [username, password] = [decoded(url.username, source), decoded(url.password, source)];
  url.username = '';
  url.password = '';
  const userinfo = {
    source,
    username: username || undefined,
    password: password === '' ? undefined : new Secret(password),
  };
  return { url: url.href, userinfo };
}

function decoded(text: string, source: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usageError(`${source}: user name and password in a URL must be percent-encoded`);
  }
}
