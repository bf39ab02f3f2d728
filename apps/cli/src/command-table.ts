// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from './command.ts';
import {
  CREDENTIAL_OPTIONS,
  INDEX_OPTIONS,
  LOG_OPTIONS,
  OUTPUT_OPTIONS,
  POLICY_OPTIONS,
  TOKEN_OPTIONS,
} from './options/identity.ts';
import { UNUSED } from './options/global.ts';
import { TRUST, TRUST_INSTANCE } from './trust-command.ts';

const VERIFY_PYPI: CommandSpec = {
  usage: 'pypi [spec..]',
  operand: 'spec',
  summary: 'Verify files of a package index by the digests that it lists',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example: 'verify pypi sampleproject==4.0.0 --publisher github:pypa/sampleproject/release.yml',
  options: {
    ...POLICY_OPTIONS,
    index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
    provenance: { type: 'string', alias: 'provenance-file', describe: 'the provenance object, from a file' },
    download: { type: 'string', describe: 'fetch into this folder, and keep, only what verified' },
    'files-from': { type: 'string', describe: 'read SPECs from a file, one a line (- for stdin)' },
  },
  load: async () => (await import('./commands/verify-pypi.ts')).runVerifyPypi,
};

const SIGSTORE_OPTIONS: CommandSpec['options'] = {
  bundle: {
    type: 'string',
    describe: 'the bundle (SIGSTORE_BUNDLE)',
    defaultDescription: 'FILE.sigstore.json',
  },
  signature: { type: 'string', describe: 'a detached signature (SIGSTORE_SIGNATURE); the log is asked' },
  certificate: {
    type: 'string',
    alias: 'cert',
    describe: 'the certificate of a detached signature (SIGSTORE_CERTIFICATE)',
  },
};

const VERIFY_IDENTITY: CommandSpec = {
  usage: 'identity [file..]',
  operand: 'file',
  summary: 'Verify files by their bundles, as sigstore-python does',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example:
    'verify identity a.txt --cert-identity a@example.org --cert-oidc-issuer https://github.com/login/oauth',
  options: {
    ...SIGSTORE_OPTIONS,
    'cert-identity': { type: 'string', describe: 'the identity, exactly (SIGSTORE_CERT_IDENTITY)' },
    'cert-oidc-issuer': { type: 'string', describe: 'its issuer, exactly (SIGSTORE_CERT_OIDC_ISSUER)' },
  },
  load: async () => (await import('./commands/verify-sigstore.ts')).runVerifyIdentity,
};

const VERIFY_GITHUB: CommandSpec = {
  usage: 'github [file..]',
  operand: 'file',
  summary: 'Verify files that GitHub Actions signed by their bundles, as sigstore-python does',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example: 'verify github a.txt --repository octo-org/sampler',
  options: {
    ...SIGSTORE_OPTIONS,
    'cert-identity': { type: 'string', describe: 'the identity, exactly (SIGSTORE_CERT_IDENTITY)' },
    ...Object.fromEntries(
      [
        ['trigger', 'the event that started the workflow'],
        ['sha', 'the commit'],
        ['name', 'the name of the workflow'],
        ['repository', 'OWNER/NAME'],
        ['ref', 'the git ref'],
      ].map(([name = '', what]) => [
        name,
        { type: 'string', describe: `${what} (SIGSTORE_VERIFY_GITHUB_WORKFLOW_${name.toUpperCase()})` },
      ]),
    ),
  },
  load: async () => (await import('./commands/verify-sigstore.ts')).runVerifyGithub,
};

// Options of a command with subcommands would be taken, and ignored, by those too.
function notOfSubcommands(options: CommandSpec['options']): CommandSpec['options'] {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, global: false }]),
  );
}

/** The whole command line; each entry's code is loaded only when it is chosen. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'release [path..]',
    operand: 'path',
    summary: 'Check, attest, upload, read back and verify: a whole release',
    network: 'always',
    example: 'release dist/ --publisher github:octo-org/sampler/release.yml',
    options: {
      ...INDEX_OPTIONS,
      ...TOKEN_OPTIONS,
      ...OUTPUT_OPTIONS,
      publisher: { type: 'string', describe: 'the trusted publisher that the index knows' },
      rehearse: { type: 'boolean', describe: 'run all of it against the built-in sandbox' },
    },
    load: async () => (await import('./commands/release.ts')).runRelease,
  },
  {
    usage: 'sign [file..]',
    operand: 'file',
    summary: 'Sign the bytes of files: FILE.sigstore.json',
    network: 'always',
    example: 'sign SHA256SUMS',
    options: {
      ...TOKEN_OPTIONS,
      ...OUTPUT_OPTIONS,
      bundle: { type: 'string', describe: 'write the bundle there (for one file)' },
      detached: { type: 'boolean', describe: 'write FILE.sig and FILE.crt beside the bundle too' },
      ...LOG_OPTIONS,
    },
    load: async () => (await import('./commands/sign.ts')).runSign,
  },
  {
    usage: 'attest [path..]',
    operand: 'path',
    summary: 'Sign PEP 740 publish attestations',
    network: 'always',
    example: 'attest dist/',
    options: {
      ...TOKEN_OPTIONS,
      ...OUTPUT_OPTIONS,
      format: {
        type: 'string',
        choices: ['pep740', 'bundle', 'both'],
        default: 'pep740',
        describe: 'what to write',
      },
      ...LOG_OPTIONS,
    },
    load: async () => (await import('./commands/attest.ts')).runAttest,
  },
  {
    usage: 'publish [path..]',
    operand: 'path',
    summary: 'Upload distributions with the attestations beside them',
    network: 'always',
    example: 'publish dist/ --index testpypi',
    options: {
      ...INDEX_OPTIONS,
      ...CREDENTIAL_OPTIONS,
      attestations: {
        type: 'string',
        choices: ['auto', 'require', 'off'],
        default: 'auto',
        describe: 'whether each file needs one',
      },
      'skip-existing': {
        type: 'boolean',
        describe: 'files that the index has already, byte for byte, are done',
      },
    },
    load: async () => (await import('./commands/publish.ts')).runPublish,
  },
  {
    usage: 'verify [file..]',
    operand: 'file',
    summary: 'Verify files by the evidence beside them',
    network: 'sometimes',
    unused: UNUSED.byVerifying,
    example: 'verify dist/sampleproject-4.0.0.tar.gz --publisher github:pypa/sampleproject/release.yml',
    options: notOfSubcommands({
      ...POLICY_OPTIONS,
      key: { type: 'string', describe: 'PEM file of a public key, instead of an identity' },
      from: { type: 'string', describe: 'fetch the evidence: pypi, github or github:OWNER/NAME' },
      index: { type: 'string', describe: 'with --from pypi: testpypi or a Simple root' },
      attestation: { type: 'string', describe: 'a PEP 740 attestation (may be repeated)' },
      bundle: { type: 'string', describe: 'a Sigstore bundle' },
      signature: { type: 'string', describe: 'a detached signature; the log is asked for its entry' },
      certificate: {
        type: 'string',
        alias: 'cert',
        describe: 'the certificate of a detached signature',
        defaultDescription: 'FILE.crt',
      },
      provenance: { type: 'string', alias: 'provenance-file', describe: 'a PEP 740 provenance object' },
      filename: { type: 'string', describe: 'the distribution’s name, for a sha256: digest or -' },
      'files-from': { type: 'string', describe: 'read paths from a file, one a line (- for stdin)' },
    }),
    subcommands: [VERIFY_IDENTITY, VERIFY_GITHUB, VERIFY_PYPI],
    load: async () => (await import('./commands/verify.ts')).runVerify,
  },
  {
    usage: 'check [path..]',
    operand: 'path',
    summary: 'Say before the upload what the index would refuse',
    network: 'never',
    unused: UNUSED.byChecking,
    example: 'check dist/',
    options: { strict: { type: 'boolean', describe: 'warnings fail too' } },
    load: async () => (await import('./commands/check.ts')).runCheck,
  },
  {
    usage: 'inspect [target..]',
    operand: 'target',
    summary: 'Show who signed, from where and when, and what is not proven',
    network: 'sometimes',
    unused: UNUSED.byVerifying,
    example: 'inspect dist/sampleproject-4.0.0.tar.gz',
    options: {
      index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
    },
    load: async () => (await import('./commands/inspect.ts')).runInspect,
  },
  {
    usage: 'convert [source..]',
    operand: 'source',
    summary: 'Put evidence into another format; it is not verified by that',
    network: 'sometimes',
    unused: UNUSED.byFetching,
    example: 'convert dist/sampleproject-4.0.0.tar.gz.publish.attestation --to bundle',
    options: {
      to: {
        type: 'string',
        choices: ['bundle', 'pep740', 'provenance', 'jsonl'],
        describe: 'Sigstore bundle, PEP 740 attestation or provenance object, or bundles on lines',
      },
      output: { type: 'string', describe: 'the file to write (- for stdout)', defaultDescription: '-' },
      'output-directory': {
        type: 'string',
        describe: 'write each document there, under the name that verify looks for',
      },
      'predicate-type': {
        type: 'string',
        describe: 'take only publish, slsa-provenance or a URI (may be repeated)',
      },
      index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
      overwrite: { type: 'boolean', describe: 'replace outputs that exist' },
    },
    load: async () => (await import('./commands/convert.ts')).runConvert,
  },
  TRUST,
  TRUST_INSTANCE,
  {
    usage: 'sandbox',
    operand: 'none',
    summary:
      'Start a whole Sigstore and a package index on loopback, or run a command in it: sandbox -- COMMAND',
    network: 'always',
    unused: UNUSED.byChecking,
    example: 'sandbox -- npm test',
    options: {
      publisher: {
        type: 'string',
        describe: 'the publisher that its index trusts, and whose tokens it gives',
      },
      project: { type: 'string', describe: 'a project of that publisher (may be repeated; none: any)' },
    },
    load: async () => (await import('./commands/sandbox.ts')).runSandbox,
  },
];
