// SPDX-License-Identifier: Apache-2.0

/** One command line of `sigstore`, in a folder with two files; `@` stands for the folder. */
export interface WordCase {
  readonly command: 'sign' | 'attest';
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What lies there too. */
  readonly files?: Readonly<Record<string, string>>;
}

const sign = (...argv: string[]): WordCase => ({ command: 'sign', argv });
const signIn = (environment: Record<string, string>, ...argv: string[]): WordCase => ({
  command: 'sign',
  argv,
  environment,
});
const V1 = JSON.stringify({
  buildDefinition: { buildType: 'https://example.com/build', externalParameters: { source: 'octo' } },
  runDetails: { builder: { id: 'https://example.com/builder' } },
});
const V02 = JSON.stringify({
  builder: { id: 'https://example.com/builder' },
  buildType: 'https://example.com/build',
});
const attest = (version: string, ...argv: string[]): WordCase => ({
  command: 'attest',
  argv: ['--predicate', '@p', '--predicate-type', `https://slsa.dev/provenance/${version}`, ...argv],
  files: { p: version === 'v1' ? V1 : V02 },
});

/** The options and variables of `sigstore sign` and `sigstore attest`, right and wrong. */
export const wordCases: readonly WordCase[] = [
  sign('@f.txt'),
  sign('@f.txt', '@g.txt'),
  sign('@f.txt', '--bundle', '@b'),
  sign('@f.txt', '--signature', '@s', '--certificate', '@c'),
  sign('@f.txt', '--output-signature', '@s', '--output-certificate', '@c', '--no-default-files'),
  sign('@f.txt', '--signature', '@s', '--certificate', '@c', '--bundle', '@b'),
  sign('@f.txt', '@g.txt', '--output-directory', '@o/deep'),
  sign('@f.txt', '--rekor-version', '1'),
  signIn({ SIGSTORE_BUNDLE: '@b' }, '@f.txt'),
  signIn({ SIGSTORE_OUTPUT_DIRECTORY: '@o' }, '@f.txt'),
  signIn({ SIGSTORE_OUTPUT_SIGNATURE: '@s', SIGSTORE_OUTPUT_CERTIFICATE: '@c' }, '@f.txt'),
  signIn({ SIGSTORE_NO_DEFAULT_FILES: 'true' }, '@f.txt', '--signature', '@s', '--certificate', '@c'),
  { ...sign('@f.txt', '--overwrite'), files: { 'f.txt.sigstore.json': 'old' } },
  { ...signIn({ SIGSTORE_OVERWRITE: '1' }, '@f.txt', '--bundle', '@b'), files: { b: 'old' } },
  { ...sign('@f.txt'), files: { 'f.txt.sigstore.json': 'old' } },
  sign('@f.txt', '--signature', '@s'),
  sign('@f.txt', '--certificate', '@c'),
  sign('@f.txt', '@g.txt', '--bundle', '@b'),
  sign('@f.txt', '@g.txt', '--signature', '@s', '--certificate', '@c'),
  sign('@f.txt', '--bundle', '@b', '--output-directory', '@'),
  sign('@f.txt', '--bundle', '@b', '--no-default-files'),
  attest('v1', '@f.txt', '--bundle', '@b'),
  attest('v0.2', '@f.txt', '--bundle', '@b'),
  attest('v1', '@f.txt', '--bundle', '@b', '--rekor-version', '1'),
  { ...attest('v1', '@f.txt'), environment: { SIGSTORE_BUNDLE: '@b' } },
  { ...attest('v1', '@f.txt', '--bundle', '@f.txt') },
];
