// SPDX-License-Identifier: Apache-2.0
import type { Options } from 'yargs';

/** Whom a verification accepts; docs/reference/cli.md tells how they combine. */
export const POLICY_OPTIONS: Readonly<Record<string, Options>> = {
  publisher: {
    type: 'string',
    describe:
      'github:OWNER/NAME[/WORKFLOW], gitlab:NS/PROJECT[//FILE], google:EMAIL or circleci:PROJECT-ID/DEFINITION-ID',
  },
  repository: { type: 'string', describe: 'OWNER/NAME on GitHub, or a GitHub or GitLab URL' },
  workflow: { type: 'string', describe: 'the workflow file that was started (Build Config URI)' },
  'signer-workflow': { type: 'string', describe: '[HOST/]OWNER/NAME/PATH[@REF]: the workflow that signed' },
  ref: { type: 'string', describe: 'the git ref; {version} and {name} stand for the file’s own' },
  sha: { type: 'string', describe: 'the commit' },
  trigger: { type: 'string', describe: 'the event that started the workflow' },
  environment: { type: 'string', describe: 'the deployment environment' },
  'deny-self-hosted': {
    type: 'boolean',
    alias: 'deny-self-hosted-runners',
    describe: 'refuse self-hosted runners',
  },
  'service-account': { type: 'string', alias: 'gcp-service-account', describe: 'a Google service account' },
  'cert-identity': {
    type: 'string',
    alias: 'certificate-identity',
    describe: 'the certificate’s identity, exactly',
  },
  'cert-identity-pattern': {
    type: 'string',
    describe: 'the certificate’s identity, by a glob: * stops at / and @, ** does not',
  },
  'cert-oidc-issuer': { type: 'string', alias: 'certificate-oidc-issuer', describe: 'its issuer, exactly' },
  claim: { type: 'string', describe: 'NAME=VALUE: demand a Fulcio extension, exactly (may be repeated)' },
  'predicate-type': {
    type: 'string',
    describe: 'publish, slsa-provenance, cep27, spdx, cyclonedx or a URI (may be repeated)',
  },
};

/** Where the signing identity comes from. */
export const TOKEN_OPTIONS: Readonly<Record<string, Options>> = {
  'identity-token': {
    type: 'string',
    describe: 'an OIDC token for the audience sigstore (SIGSTORE_IDENTITY_TOKEN)',
  },
  'identity-token-file': { type: 'string', describe: 'a file that holds it (- for stdin)' },
};

/** How an identity is asked for where none is handed over: sigstore-python's options. */
export const OIDC_OPTIONS: Readonly<Record<string, Options>> = {
  'oidc-client-id': {
    type: 'string',
    describe: 'the client to log in with, which is the audience of every token (SIGSTORE_OIDC_CLIENT_ID)',
    defaultDescription: 'sigstore',
  },
  'oidc-client-secret': { type: 'string', hidden: true },
  'oidc-disable-ambient-providers': {
    type: 'boolean',
    describe: 'ask no CI system or cloud machine for a token (SIGSTORE_OIDC_DISABLE_AMBIENT_PROVIDERS)',
  },
  'oidc-issuer': {
    type: 'string',
    describe: 'the issuer to log in at (SIGSTORE_OIDC_ISSUER)',
    defaultDescription: 'that of the Sigstore instance',
  },
  'oauth-force-oob': {
    type: 'boolean',
    describe: 'log in with any browser, and carry its code here (SIGSTORE_OAUTH_FORCE_OOB)',
  },
};

/** What signing writes, and where. */
export const OUTPUT_OPTIONS: Readonly<Record<string, Options>> = {
  'output-directory': { type: 'string', describe: 'write evidence there instead of beside the files' },
  overwrite: { type: 'boolean', describe: 'sign anew what has evidence already' },
  'allow-private': { type: 'boolean', describe: 'let a private repository’s name into the public log' },
};

/** Which transparency log is asked. */
export const LOG_OPTIONS: Readonly<Record<string, Options>> = {
  'rekor-version': {
    type: 'string',
    choices: ['1', '2'],
    describe: 'only logs of this version of Rekor',
    defaultDescription: 'the highest there is',
  },
};
