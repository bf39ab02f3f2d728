// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import type { Arguments } from '../options/arguments.ts';
import { environmentFlag } from '../options/global.ts';

/** How an identity is asked for: sigstore-python's options, and its variables where an option is not given. */
export interface OidcOptions {
  /** The client that people log in with, and so the audience of every token. */
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  /** Undefined: the one that the signing configuration names. */
  readonly issuerUrl: string | undefined;
  /** People carry the code from the browser to here. */
  readonly forceOutOfBand: boolean;
  /** The place that runs us is not asked. */
  readonly disableAmbient: boolean;
}

/** Sigstore's client at its own issuer, and the audience that its certificate authority demands. */
const SIGSTORE_CLIENT = 'sigstore';

/** @throws CliError ERR_USAGE, also for a secret on the command line, which every process of the machine can see */
export function readOidcOptions(args: Arguments, host: Host): OidcOptions {
  const { environment } = host;
  if (args.has('oidc-client-secret'))
    throw usageError('--oidc-client-secret would show it to every process: set SIGSTORE_OIDC_CLIENT_SECRET');
  const secret = environment['SIGSTORE_OIDC_CLIENT_SECRET'];
  const flag = (name: string, variable: string) => args.flag(name) || environmentFlag(host, variable);
  return {
    clientId: args.text('oidc-client-id') ?? (environment['SIGSTORE_OIDC_CLIENT_ID'] || SIGSTORE_CLIENT),
    clientSecret: secret ? new Secret(secret) : undefined,
    issuerUrl: args.text('oidc-issuer') ?? (environment['SIGSTORE_OIDC_ISSUER'] || undefined),
    forceOutOfBand: flag('oauth-force-oob', 'SIGSTORE_OAUTH_FORCE_OOB'),
    disableAmbient: flag('oidc-disable-ambient-providers', 'SIGSTORE_OIDC_DISABLE_AMBIENT_PROVIDERS'),
  };
}
