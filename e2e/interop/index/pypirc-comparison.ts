// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { parseConfigFile, parsePypirc } from '@colophon/pypi';
import { runCommand } from '../build/command.ts';
import type { PythonPeers } from '../build/python-peers.ts';

/** Files that people have, and that nobody should. */
const TEXTS: readonly string[] = [
  '',
  '\n\n# nothing\n',
  '[pypi]\nusername = __token__\npassword = pypi-AgEI;with#marks ; and spaces\n',
  '[pypi]\nusername: __token__\npassword: p=q:r\n',
  '[distutils]\nindex-servers =\n    pypi\n    corp\n\n[pypi]\npassword = a\n\n[corp]\nrepository = https://corp.example/legacy/\nusername = ci\npassword = b\nca_cert = corp.pem\nclient_cert = me.pem\n',
  '[distutils]\nindex-servers = corp other\n[corp]\nrepository = https://corp.example/\n[other]\nrepository = https://other.example/\n[server-login]\nusername = u\npassword = p\n',
  '[distutils]\nindex-servers = corp\n\tlater\n[corp]\nrepository=https://a/\n[later]\nrepository = https://b/\n',
  '[server-login]\nusername:u\npassword:p\n',
  '[DEFAULT]\nusername = d\n[pypi]\npassword = x\n',
  '[DEFAULT]\nusername = d\n[DEFAULT]\npassword = e\n[pypi]\n',
  '[testpypi]\nUserName = Q\nPASSWORD = "quoted"\n',
  '[pypi]\npassword = %(home)s%%\n',
  '[pypi]\n  username = u\n  password = p\n',
  '[pypi]\npassword = one\n two\n\n three\nusername = u\n',
  '[pypi]\npassword = one\n# a comment\n two\n',
  '[pypi]\npassword = one\n    ; another\nusername = u\n',
  '[pypi]\npassword =\n',
  '[pypi]\npassword =\n  on the next line\n',
  '[pypi]\r\nusername = u\r\npassword = p\r\n',
  '[pypi]\rusername = u\rpassword = p\r',
  '[a.b]\nusername = u\n[a]b] rest\nk = v\n',
  '[ spaced ]\nusername = u\n',
  '[pypi]\nkey with spaces = v\n',
  '[pypi]\nusername=u=v:w\n',
  '[pypi]\n\tusername = tab\n\tpassword = tab\n',
  '[pypi]\nusername = u\u00a0\n\u2003password\u2003=\u3000p\u0085\n',
  '[pypi]\nusername = \u00fcn\u00ef\n',
  '[__proto__]\nconstructor = v\n',
  '[pypi]\nhunter2\n',
  '[pypi]\n= hunter2\n',
  'username = u\n[pypi]\n',
  '\ufeff[pypi]\nusername = u\n',
  '[pypi]\nusername = u\n[pypi]\npassword = p\n',
  '[pypi]\nusername = u\nUSERNAME = v\n',
  '[]\nusername = u\n',
  '[pypi\nusername = u\n',
  '  [pypi]\n  username = u\n',
  '[pypi]\nusername = u\n  [corp]\n',
  '[pypi] ; comment\nusername = u ; kept\n',
  '#[pypi]\n[corp]\n;x = y\nk = v\n',
];

const PYTHON = `
import configparser, json, os, sys, tempfile
from twine import utils
answers = []
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile("wb", delete=False) as file:
        file.write(text.encode("utf-8"))
    parser = configparser.RawConfigParser()
    try:
        with open(file.name, encoding="utf-8") as lines:
            parser.read_file(lines)
        sections = {name: dict(parser.items(name)) for name in parser.sections()}
    except configparser.Error:
        sections = None
    try:
        indexes = utils.get_config(file.name)
    except Exception:
        indexes = None
    os.unlink(file.name)
    answers.append({"sections": sections, "indexes": indexes})
json.dump(answers, sys.stdout)
`;

interface Answer {
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
  readonly indexes: Readonly<Record<string, Readonly<Record<string, string | null>>>> | null;
}

/**
 * Reads a table of files as Python's configparser and as twine do, and holds our own reading to theirs. Gives the number of
 * files.
 * @throws Error naming every file that is read differently
 */
export async function comparePypirc({ interpreter }: PythonPeers): Promise<number> {
  const text = await runCommand(interpreter, ['-c', PYTHON], { input: JSON.stringify(TEXTS) });
  const answers = JSON.parse(text) as Answer[];
  const differing = TEXTS.flatMap((one, index) => differencesOf(one, answers[index]));
  if (differing.length > 0) throw new Error(`.pypirc files are read differently:\n${differing.join('\n')}`);
  return TEXTS.length;
}

function differencesOf(text: string, answer: Answer | undefined): string[] {
  const sections = attempt(() =>
    Object.fromEntries(
      [...parseConfigFile(text)].map(([name, options]) => [name, Object.fromEntries(options)]),
    ),
  );
  const theirs = answer?.sections ?? null;
  if (canonical(sections) !== canonical(theirs))
    return [
      `  ${JSON.stringify(text)}: Python ${JSON.stringify(theirs)}, Colophon ${JSON.stringify(sections)}`,
    ];
  const indexes = attempt(() => indexesOf(text));
  const named = answer?.indexes === null || answer === undefined ? null : simplified(answer.indexes);
  if (canonical(indexes) === canonical(named)) return [];
  return [`  ${JSON.stringify(text)}: twine ${JSON.stringify(named)}, Colophon ${JSON.stringify(indexes)}`];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

type Simple = Record<string, Record<string, string>>;

function indexesOf(text: string): Simple {
  const indexes = [...parsePypirc(text).indexes.values()].map(
    ({ name, password, ...rest }): [string, Record<string, string>] => [
      name,
      {
        ...renamed(rest),
        ...(password === undefined ? {} : { password: password.reveal() }),
      },
    ],
  );
  return Object.fromEntries(indexes.filter(([, fields]) => Object.keys(fields).length > 0));
}

function renamed({ caCert, clientCert, ...rest }: Record<string, string>): Record<string, string> {
  return {
    ...rest,
    ...(caCert === undefined ? {} : { ca_cert: caCert }),
    ...(clientCert === undefined ? {} : { client_cert: clientCert }),
  };
}

/** Without what twine fills in by itself: the URLs of the two indexes that everybody knows, and nulls. */
function simplified(indexes: NonNullable<Answer['indexes']>): Simple {
  const filled = Object.entries(indexes).map(([name, fields]): [string, Record<string, string>] => {
    const kept = Object.entries(fields).filter(
      (entry): entry is [string, string] =>
        entry[1] !== null &&
        entry[1] !== '' &&
        !(isKnown(name) && entry[0] === 'repository' && entry[1].includes('pypi.org/')),
    );
    return [name, Object.fromEntries(kept)];
  });
  return Object.fromEntries(filled.filter(([, fields]) => Object.keys(fields).length > 0));
}

function isKnown(name: string): boolean {
  return name === 'pypi' || name === 'testpypi';
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The variables that publish reads must be those that twine and uv know by these names. @throws Error */
export async function checkVariables({ commands }: PythonPeers): Promise<number> {
  const known = `${await runCommand(`${commands}/twine`, ['upload', '--help'])}${await runCommand(`${commands}/uv`, ['publish', '--help'])}`;
  const unknown = VARIABLES.filter((name) => !new RegExp(`\\b${name}\\b`).test(known));
  if (unknown.length > 0) throw new Error(`neither twine nor uv knows ${unknown.join(', ')}`);
  return VARIABLES.length;
}

const VARIABLES = [
  'TWINE_CERT',
  'TWINE_NON_INTERACTIVE',
  'TWINE_PASSWORD',
  'TWINE_REPOSITORY',
  'TWINE_REPOSITORY_URL',
  'TWINE_USERNAME',
  'UV_PUBLISH_CHECK_URL',
  'UV_PUBLISH_INDEX',
  'UV_PUBLISH_NO_ATTESTATIONS',
  'UV_PUBLISH_PASSWORD',
  'UV_PUBLISH_TOKEN',
  'UV_PUBLISH_URL',
  'UV_PUBLISH_USERNAME',
];
