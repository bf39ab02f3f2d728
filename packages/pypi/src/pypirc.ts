// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { type ConfigSections, parseConfigFile } from './config-file.ts';

/** What a `.pypirc` says of one index. Values are as written: URLs unparsed, paths relative. */
export interface PypircIndex {
  readonly name: string;
  /** The upload URL. Absent for `pypi` and `testpypi` where the file leaves their real ones. */
  readonly repository?: string;
  readonly username?: string;
  readonly password?: Secret;
  /** A PEM file of TLS authorities. */
  readonly caCert?: string;
  /** A PEM file with a client certificate and its key. */
  readonly clientCert?: string;
}

/** The indexes of a `.pypirc`. */
export interface Pypirc {
  readonly indexes: ReadonlyMap<string, PypircIndex>;
  /** Sections that look like an index, and that `index-servers` does not list: they count for nothing. */
  readonly unlisted: readonly string[];
}

const OTHER_SECTIONS: ReadonlySet<string> = new Set(['distutils', 'server-login']);

/**
 * Reads a `.pypirc` (packaging.python.org, "The .pypirc file") as twine does: the indexes are those that `index-servers` of
 * `[distutils]` lists, `pypi` and `testpypi` without it, and `pypi` in any case; user name and password of the old `[server-login]` stand in where
 * an index has none.
 * @throws IndexError ERR_PYPIRC; its message holds no text of the file
 */
export function parsePypirc(text: string): Pypirc {
  const sections = parseConfigFile(text);
  const listed = indexServers(sections);
  // PyPI needs not be listed, but only then does its section count.
  const names = new Set(['pypi', ...listed]);
  const own = (name: string) => (listed.includes(name) ? sections.get(name) : undefined);
  const indexes = new Map([...names].map((name) => [name, readIndex(name, own(name), sections)]));
  const unlisted = [...sections.keys()].filter((name) => !OTHER_SECTIONS.has(name) && !listed.includes(name));
  return { indexes, unlisted };
}

function indexServers(sections: ConfigSections): string[] {
  const text = sections.get('distutils')?.get('index-servers') ?? 'pypi testpypi';
  return [...new Set(text.split(/\s+/).filter((name) => name !== ''))];
}

type Options = ReadonlyMap<string, string> | undefined;

function readIndex(name: string, own: Options, sections: ConfigSections): PypircIndex {
  const login = sections.get('server-login');
  const password = given(own?.get('password') ?? login?.get('password'));
  return {
    name,
    ...named('repository', given(own?.get('repository'))),
    ...named('username', given(own?.get('username') ?? login?.get('username'))),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...named('caCert', given(own?.get('ca_cert'))),
    ...named('clientCert', given(own?.get('client_cert'))),
  };
}

// An option without a value says nothing: it is what is left when somebody took a secret out.
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function named<Key extends string>(
  key: Key,
  value: string | undefined,
): Partial<Readonly<Record<Key, string>>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
}
