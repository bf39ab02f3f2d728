// SPDX-License-Identifier: Apache-2.0
import { displayUrl } from '@colophon/http';
import { resolveIndex, type PackageIndex } from '@colophon/pypi';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { refuseForeignIndex } from '../trust/instance.ts';
import { entryOf, readPypirc, type PypircEntry, type PypircFile } from './pypirc-file.ts';
import { takeUserinfo, type UserInfo } from './userinfo.ts';

/** The index of a run, and what came along with its name. */
export interface ChosenIndex {
  readonly index: PackageIndex;
  /** The section of a `.pypirc` that speaks of it. */
  readonly entry: PypircEntry | undefined;
  /** User name and password that stood in a URL of the environment or of a `.pypirc`. */
  readonly userinfo: UserInfo | undefined;
}

interface Named extends ChosenIndex {
  readonly source: string;
}

/** The variables that other tools, and we, read an index from. */
const VARIABLES = [
  'COLOPHON_INDEX',
  'UV_PUBLISH_URL',
  'UV_PUBLISH_INDEX',
  'TWINE_REPOSITORY_URL',
  'TWINE_REPOSITORY',
] as const;

/**
 * The index that the command line, the environment or a `.pypirc` name; PyPI otherwise. `--index` takes the place of
 * COLOPHON_INDEX; all others must name the same, since a password may be meant for each of them.
 * @throws CliError ERR_USAGE, ERR_READ_FILE; IndexError ERR_INDEX_URL, ERR_PYPIRC
 */
export async function chooseIndex(args: Arguments, context: Context): Promise<ChosenIndex> {
  const names = readNames(args, context);
  const foreign = names.length > 0 && names.every(isForeignUrl);
  const file = foreign ? noPypirc(args) : await readPypirc(args, context);
  const candidates = names.map(([source, word]) => resolveNamed(word, source, file));
  const chosen = candidates[0] ?? resolveNamed('pypi', 'the default', file);
  const other = candidates.find(({ index }) => index.uploadUrl !== chosen.index.uploadUrl);
  if (other !== undefined)
    throw usageError(`${chosen.source} and ${other.source} name different indexes: say which one is meant`);
  refuseForeignIndex(chosen.index.name, context.options);
  const entry = candidates.map((one) => one.entry).find((one) => one !== undefined) ?? chosen.entry;
  const userinfo = candidates.map((one) => one.userinfo).find((one) => one !== undefined);
  return { index: withReadSide(chosen.index, args, context), entry, userinfo };
}

function readNames(args: Arguments, { host }: Context): [source: string, word: string][] {
  const flag = args.text('index');
  const fromFlag: [string, string][] = flag === undefined ? [] : [['--index', flag]];
  const fromEnvironment = VARIABLES.flatMap((name): [string, string][] => {
    const value = host.environment[name];
    return value && !(name === 'COLOPHON_INDEX' && flag !== undefined) ? [[name, value]] : [];
  });
  return [...fromFlag, ...fromEnvironment];
}

// Nothing in the file is about an index that was named by its URL: then neither its passwords nor its faults matter.
function isForeignUrl([, word]: readonly [source: string, word: string]): boolean {
  if (!word.includes('://')) return false;
  const { origin } = URL.parse(word) ?? {};
  return !['pypi', 'testpypi'].some((name) => new URL(resolveIndex(name).uploadUrl).origin === origin);
}

function noPypirc(args: Arguments): PypircFile {
  if (args.has('config-file'))
    throw usageError('--config-file has no effect on an index that is named by its URL');
  return { shown: '~/.pypirc', found: false, indexes: new Map(), unlisted: [] };
}

function resolveNamed(word: string, source: string, file: PypircFile): Named {
  const named = resolveWord(word, source, file);
  // PyPI and TestPyPI are themselves however they were named.
  const own = named.entry ?? entryOf(file, named.index.name);
  if (own?.name === named.index.name) refuseContradiction(own, named.index);
  return { ...named, entry: own };
}

function resolveWord(word: string, source: string, file: PypircFile): Named {
  if (word === 'pypi' || word === 'testpypi')
    return { source, index: resolveIndex(word), entry: undefined, userinfo: undefined };
  const entry = entryOf(file, word);
  if (entry !== undefined) return fromEntry(entry, source);
  if (file.unlisted.includes(word))
    throw usageError(
      `${file.shown} has a section [${word}], but index-servers of [distutils] does not list it`,
    );
  if (!word.includes('://')) throw unknownName(source, file);
  // Every process of the machine sees a command line: a URL there is refused with a password in it.
  if (source === '--index')
    return { source, index: resolveIndex(word), entry: undefined, userinfo: undefined };
  const { url, userinfo } = takeUserinfo(word, source);
  return { source, index: resolveIndex(url), entry: undefined, userinfo };
}

// The word stays out of the message: it might be a token that was pasted into the wrong place.
function unknownName(source: string, file: PypircFile): Error {
  const known = ['pypi', 'testpypi', ...file.indexes.keys()];
  const place = file.found ? file.shown : `${file.shown} (there is none)`;
  return usageError(
    `${source} is neither the URL of an index nor the name of one: ${place} knows ${[...new Set(known)].join(', ')}`,
  );
}

function fromEntry(entry: PypircEntry, source: string): Named {
  if (entry.repository === undefined)
    throw usageError(`${entry.shown} has no repository: the upload URL is not known`);
  const { url, userinfo } = takeUserinfo(entry.repository, entry.shown);
  return { source: `${source} (${entry.shown})`, index: resolveIndex(url), entry, userinfo };
}

/** A section [pypi] that points elsewhere would send a release to a place that nobody who reads `--index pypi` thinks of. */
function refuseContradiction({ repository, shown, name }: PypircEntry, index: PackageIndex): void {
  if (repository === undefined) return;
  const { url } = takeUserinfo(repository, shown);
  const https = url.replace(/^http:/i, 'https:');
  if ([https, `${https}/`].some((text) => URL.parse(text)?.href === index.uploadUrl)) return;
  throw usageError(
    `${shown}: ${name} always is ${index.uploadUrl} here, and the file says ${shownUrl(url)}: give that index another name`,
  );
}

function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? 'something that is no URL' : displayUrl(url);
}

// uv's variable belongs to uv's index: with a flag for another one it would make us ask the wrong place.
function withReadSide(index: PackageIndex, args: Arguments, { host }: Context): PackageIndex {
  const env = host.environment;
  const inherited = args.text('index') === undefined || env['UV_PUBLISH_URL'];
  const simpleUrl =
    args.text('check-url') ?? (inherited ? env['UV_PUBLISH_CHECK_URL'] || undefined : undefined);
  return resolveIndex(index.uploadUrl, simpleUrl === undefined ? {} : { simpleUrl });
}
