// SPDX-License-Identifier: Apache-2.0
import { usageError } from 'colophon/src/cli-error.ts';
import type { Inputs } from './inputs.ts';
import { shellWords } from './shell-words.ts';

/** A command line, what is added to its environment, and what is worth saying of the inputs. */
export interface Invocation {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** A command line that must succeed too, once this one did. */
  readonly afterwards?: readonly string[];
  /** A version that every distribution of a folder must have. */
  readonly guard?: { readonly version: string; readonly folder: string };
  /** What was signed goes to the release whose publication started the job, by this token. */
  readonly attaching?: { readonly token: string | undefined };
}

type Reader = (inputs: Inputs) => Invocation;

const COMMANDS: Readonly<Record<string, Reader>> = {
  release: (inputs) => publishing('release', inputs),
  publish: (inputs) => publishing('publish', inputs),
  attest: (inputs) => ofDists(['attest'], inputs),
  check: (inputs) => ofDists(['check'], inputs),
  doctor: (inputs) => ofDists(['doctor', ...valued(inputs, ['index', 'publisher'])], inputs),
  sign: signing,
  verify: verifying,
};

/** The command line that the inputs of a step stand for. @throws CliError ERR_USAGE */
export function invocationOf(inputs: Inputs): Invocation {
  const command = inputs.text('command') ?? 'release';
  const read = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (read === undefined) throw usageError(`the input command is one of ${Object.keys(COMMANDS).join(', ')}`);
  const invocation = read(inputs);
  inputs.assertAllRead(command);
  return invocation;
}

/** A command about the distributions of a folder. */
function ofDists(argv: readonly string[], inputs: Inputs): Invocation {
  const folder = operand(inputs.text('packages-dir') ?? 'dist', 'packages-dir');
  const version = inputs.text('version');
  return {
    ...plain([...argv, folder], inputs),
    ...(version === undefined ? {} : { guard: { version, folder } }),
  };
}

function publishing(command: 'release' | 'publish', inputs: Inputs): Invocation {
  const password = inputs.text('password');
  const invocation = ofDists(
    [
      command,
      ...valued(inputs, [
        'index',
        'repository-url',
        ...(command === 'release' ? ['publisher', 'store'] : []),
      ]),
      ...switched(inputs, ['skip-existing', 'print-hash']),
      ...(inputs.flag('attestations') === false ? ['--attestations', 'off'] : []),
      ...(password === undefined ? [] : ['--trusted-publishing', 'never']),
      ...userOf(inputs, password),
    ],
    inputs,
  );
  return {
    ...invocation,
    environment: password === undefined ? {} : { UV_PUBLISH_PASSWORD: password },
    warnings: checkingWarnings(command, inputs.flag('verify-metadata')),
  };
}

function checkingWarnings(command: 'release' | 'publish', wanted: boolean | undefined): string[] {
  if (command === 'release' && wanted === false)
    return ['verify-metadata: false has no effect: a release is always checked before anything is signed'];
  if (command === 'publish' && wanted === true)
    return ['verify-metadata: true has no effect on publish: a step with command: check checks'];
  return [];
}

// Trusted publishing is chosen by a user of this name without a password.
function userOf(inputs: Inputs, password: string | undefined): string[] {
  const user = inputs.text('user');
  if (user === undefined || (user === '__token__' && password === undefined)) return [];
  return ['--username', user];
}

function signing(inputs: Inputs): Invocation {
  if (inputs.flag('upload-signing-artifacts') === true)
    throw usageError(
      'upload-signing-artifacts is not done here: let a step of actions/upload-artifact take **/*.sigstore.json',
    );
  const files = operands(inputs, 'inputs');
  const secrets = {
    SIGSTORE_IDENTITY_TOKEN: inputs.text('identity-token'),
    SIGSTORE_OIDC_CLIENT_SECRET: inputs.text('oidc-client-secret'),
  };
  const words = [...valued(inputs, ['oidc-client-id', 'rekor-version']), ...switched(inputs, ['staging'])];
  const again = verifyingAgain(inputs, files);
  const token = inputs.text('github-token');
  return {
    ...plain(['sign', ...words, ...files], inputs),
    environment: defined(secrets),
    ...(again === undefined ? {} : { afterwards: again }),
    ...(inputs.flag('release-signing-artifacts') === false ? {} : { attaching: { token } }),
  };
}

function verifyingAgain(inputs: Inputs, files: readonly string[]): string[] | undefined {
  const [identity, issuer] = [inputs.text('verify-cert-identity'), inputs.text('verify-oidc-issuer')];
  const wanted = inputs.flag('verify') === true;
  if (!wanted && identity === undefined && issuer === undefined) return undefined;
  if (!wanted || identity === undefined || issuer === undefined)
    throw usageError('verify, verify-cert-identity and verify-oidc-issuer go together');
  const instance = switched(inputs, ['staging']);
  return [
    'verify',
    'identity',
    ...instance,
    '--cert-identity',
    identity,
    '--cert-oidc-issuer',
    issuer,
    ...files,
  ];
}

const IDENTITY_INPUTS = [
  'publisher',
  'repository',
  'workflow',
  'signer-workflow',
  'ref',
  'sha',
  'environment',
  'cert-identity',
  'cert-oidc-issuer',
];

function verifying(inputs: Inputs): Invocation {
  const source = inputs.text('source') ?? 'files';
  const words = { files: [], index: ['pypi'], release: ['release'] }[source];
  if (words === undefined) throw usageError('the input source is one of files, index, release');
  return plain(
    [
      'verify',
      ...words,
      ...valued(inputs, [...(source === 'files' ? [] : ['index']), ...IDENTITY_INPUTS]),
      ...switched(inputs, ['staging']),
      ...operands(inputs, 'files'),
    ],
    inputs,
  );
}

/** What every command takes: `verbose`, and further words. */
function plain(argv: readonly string[], inputs: Inputs): Invocation {
  const more = [
    ...(inputs.flag('verbose') === true ? ['-v'] : []),
    ...shellWords(inputs.text('arguments') ?? ''),
  ];
  return { argv: [...argv, ...more], environment: {}, warnings: [] };
}

function operands(inputs: Inputs, name: string): string[] {
  return shellWords(inputs.text(name) ?? '').map((word) => operand(word, name));
}

// Names of files may come from other steps, and so from whoever made the files: none may turn out to be an option.
function operand(word: string, name: string): string {
  if (!word.startsWith('-')) return word;
  throw usageError(
    `the input ${name} holds ${word}: options go into arguments, and a file of that name is ./${word}`,
  );
}

function valued(inputs: Inputs, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = inputs.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
}

function switched(inputs: Inputs, names: readonly string[]): string[] {
  return names.filter((name) => inputs.flag(name) === true).map((name) => `--${name}`);
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
