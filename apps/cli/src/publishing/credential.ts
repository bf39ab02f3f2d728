// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { readPassword } from './password-input.ts';

/** The user name that API tokens go with. */
export const TOKEN_USER = '__token__';

/** A user name with its password, or `__token__` with an API token. */
export interface Password {
  readonly username: string;
  readonly secret: Secret;
  /** Which option or variable it came from, for messages. */
  readonly source: string;
}

interface Named {
  readonly source: string;
  readonly value: string;
}

/** One place that may name both: within it, user name and password belong together. */
interface Source {
  readonly username: Named | undefined;
  readonly password: Named | undefined;
}

/**
 * The password that the command line or the environment gives for an upload: `--password-stdin`, else `UV_PUBLISH_TOKEN`
 * or `UV_PUBLISH_PASSWORD`, else `TWINE_PASSWORD`. Undefined where none does and no user name asks for one.
 * @throws CliError ERR_USAGE, ERR_PASSWORD_MISSING
 */
export async function givenPassword(args: Arguments, { host }: Context): Promise<Password | undefined> {
  const [uv, twine] = [uvSource(host.environment), twineSource(host.environment)];
  const flag = await flagSource(args);
  const sources = [flag, uv, twine];
  const password = sources.find((source) => source.password !== undefined);
  const user = sources.find((source) => source.username !== undefined);
  if (password?.password === undefined) return withoutPassword(user?.username);
  // A user name of one tool with another's password is nobody's credential.
  if (user !== undefined && user !== password && user !== flag && password !== flag)
    throw usageError(`${user.username?.source} goes with another tool's ${password.password.source}`);
  const username = user?.username?.value ?? TOKEN_USER;
  if (!/^[^:\p{Cc}]+$/u.test(username))
    throw usageError('a user name holds no colon and no control character');
  return { username, secret: new Secret(password.password.value), source: password.password.source };
}

function withoutPassword(username: Named | undefined): undefined {
  if (username === undefined || username.value === TOKEN_USER) return undefined;
  throw new CliError('ERR_PASSWORD_MISSING', `${username.source} names a user, and no password is given`);
}

async function flagSource(args: Arguments): Promise<Source> {
  const username = args.text('username');
  return {
    username: username === undefined ? undefined : { source: '--username', value: username },
    password: args.flag('password-stdin')
      ? { source: '--password-stdin', value: await readPassword(process.stdin) }
      : undefined,
  };
}

type Environment = Context['host']['environment'];

function uvSource(environment: Environment): Source {
  const token = variable(environment, 'UV_PUBLISH_TOKEN');
  const username = variable(environment, 'UV_PUBLISH_USERNAME');
  const password = variable(environment, 'UV_PUBLISH_PASSWORD');
  if (token === undefined) return { username, password };
  const other = username ?? password;
  if (other !== undefined) throw usageError(`UV_PUBLISH_TOKEN excludes ${other.source}`);
  return { username: { source: token.source, value: TOKEN_USER }, password: token };
}

function twineSource(environment: Environment): Source {
  return {
    username: variable(environment, 'TWINE_USERNAME'),
    password: variable(environment, 'TWINE_PASSWORD'),
  };
}

// CI systems set a variable to nothing where a secret is not there.
function variable(environment: Environment, source: string): Named | undefined {
  const value = environment[source];
  return value === undefined || value === '' ? undefined : { source, value };
}
