// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import type { ChosenIndex } from './index-choice.ts';
import { readPassword } from './password-input.ts';

/** The user name that API tokens go with. */
export const TOKEN_USER = '__token__';

/** A user name with its password, or `__token__` with an API token. */
export interface Password {
  readonly username: string;
  readonly secret: Secret;
  /** Which option, variable or file it came from, for messages. */
  readonly source: string;
}

/** A user name without its password: what a keyring is asked for, or a person. */
export interface NamedUser {
  readonly source: string;
  readonly value: string;
}

/** What the command line, the environment and a `.pypirc` say of the credential. */
export type GivenCredential =
  | { readonly password: Password }
  | { readonly password: undefined; readonly user: NamedUser | undefined };

/** One place that may name both: within it, user name and password belong together. */
interface Source {
  readonly username: NamedUser | undefined;
  readonly password: { readonly source: string; readonly secret: Secret } | undefined;
}

/**
 * What is given for an upload: `--password-stdin`, else `UV_PUBLISH_TOKEN` or `UV_PUBLISH_PASSWORD`, else `TWINE_PASSWORD`
 * or the `.pypirc`; each with a user name of its own place, or of `--username`.
 * @throws CliError ERR_USAGE
 */
export async function givenCredential(
  args: Arguments,
  context: Context,
  chosen: ChosenIndex,
): Promise<GivenCredential> {
  const { environment } = context.host;
  const others = [uvSource(environment, chosen), twineSource(environment, chosen)];
  const flag = await flagSource(args);
  const sources = [flag, ...others];
  const holder = sources.find((source) => source.password !== undefined);
  const namer = sources.find((source) => source.username !== undefined);
  if (holder?.password === undefined) return { password: undefined, user: checkedUser(namer?.username) };
  const { source, secret } = holder.password;
  // A user name of one tool with another's password is nobody's credential.
  if (namer !== undefined && namer !== holder && namer !== flag && holder !== flag)
    throw usageError(`${namer.username?.source} goes with another tool's ${source}`);
  const username = checkedUser(namer?.username)?.value ?? TOKEN_USER;
  return { password: { username, secret, source } };
}

function checkedUser(user: NamedUser | undefined): NamedUser | undefined {
  if (user === undefined || /^[^:\p{Cc}]+$/u.test(user.value)) return user;
  throw usageError(`${user.source}: a user name holds no colon and no control character`);
}

async function flagSource(args: Arguments): Promise<Source> {
  const username = args.text('username');
  return {
    username: username === undefined ? undefined : { source: '--username', value: username },
    password: args.flag('password-stdin')
      ? { source: '--password-stdin', secret: new Secret(await readPassword(process.stdin)) }
      : undefined,
  };
}

type Environment = Context['host']['environment'];

function uvSource(environment: Environment, { userinfo }: ChosenIndex): Source {
  const token = secretVariable(environment, 'UV_PUBLISH_TOKEN');
  const username = variable(environment, 'UV_PUBLISH_USERNAME');
  const password = secretVariable(environment, 'UV_PUBLISH_PASSWORD');
  const inUrl = userinfo?.source.startsWith('UV_') ? userinfoSource(userinfo) : NOTHING;
  const other = username ?? password;
  if (token === undefined)
    return { username: username ?? inUrl.username, password: password ?? inUrl.password };
  if (other !== undefined) throw usageError(`UV_PUBLISH_TOKEN excludes ${other.source}`);
  return { username: { source: token.source, value: TOKEN_USER }, password: token };
}

// A .pypirc is twine's file: its user name goes with TWINE_PASSWORD, and the other way round.
function twineSource(environment: Environment, { entry, userinfo }: ChosenIndex): Source {
  const inUrl = userinfo?.source.startsWith('UV_') === false ? userinfoSource(userinfo) : NOTHING;
  const inFile: Source =
    entry === undefined
      ? NOTHING
      : {
          username: entry.username === undefined ? undefined : { source: entry.shown, value: entry.username },
          password:
            entry.password === undefined ? undefined : { source: entry.shown, secret: entry.password },
        };
  return {
    username: variable(environment, 'TWINE_USERNAME') ?? inUrl.username ?? inFile.username,
    password: secretVariable(environment, 'TWINE_PASSWORD') ?? inUrl.password ?? inFile.password,
  };
}

const NOTHING: Source = { username: undefined, password: undefined };

function userinfoSource({ source, username, password }: NonNullable<ChosenIndex['userinfo']>): Source {
  return {
    username: username === undefined ? undefined : { source, value: username },
    password: password === undefined ? undefined : { source, secret: password },
  };
}

// CI systems set a variable to nothing where a secret is not there.
function variable(environment: Environment, source: string): NamedUser | undefined {
  const value = environment[source];
  return value === undefined || value === '' ? undefined : { source, value };
}

function secretVariable(environment: Environment, source: string): Source['password'] {
  const found = variable(environment, source);
  return found === undefined ? undefined : { source, secret: new Secret(found.value) };
}

/** @throws CliError ERR_PASSWORD_MISSING */
export function noPassword(index: string, why: string): never {
  throw new CliError('ERR_PASSWORD_MISSING', `nothing to upload to ${index} with: ${why}`);
}
