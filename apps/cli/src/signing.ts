// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import {
  CertificateSession,
  FulcioClient,
  identityProviderOf,
  openWitness,
  selectSigningServices,
  type SignatureWitness,
  type SigningPurpose,
} from '@colophon/sign';
import type { Policies } from '@colophon/verify';
import { usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import type { Instance } from './instance.ts';
import type { Arguments } from './options/arguments.ts';

export interface SigningOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly instance: Instance;
  /** Asked for a token whenever a certificate is needed. */
  readonly token: () => Promise<IdToken>;
  /** What every signature must prove, before it counts. */
  readonly policies: Policies;
}

/** Whoever signs and whoever testifies to it. */
export interface Signing {
  readonly session: CertificateSession;
  readonly witness: SignatureWitness;
}

/**
 * Opens the services of an instance for one run. Nothing is sent yet. Whoever opens closes the session.
 * @throws TrustError ERR_SIGNING_CONFIG; CliError ERR_USAGE where the instance is not one
 */
export function openSigning(
  { context, http, instance, token }: SigningOptions,
  purpose: Omit<SigningPurpose, 'now'>,
): Signing {
  const { host } = context;
  const [trustedRoot, another] = instance.roots;
  if (another !== undefined)
    throw usageError(`to sign, one trusted root is needed: ${instance.source} has several`);
  const services = selectSigningServices(instance.signingConfig, { ...purpose, now: host.now() });
  const reach = { http, signal: host.signal };
  const session = new CertificateSession({
    identityProvider: identityProviderOf(token),
    fulcio: new FulcioClient({ url: services.fulcioUrl, ...reach }),
    trustedRoot,
    now: () => host.now(),
  });
  return { session, witness: openWitness(services, trustedRoot, reach) };
}

/** `--rekor-version`, as a part of a purpose. */
export function chosenRekor(args: Arguments): Pick<SigningPurpose, 'rekorVersion'> {
  const text = args.text('rekor-version');
  if (text === undefined) return {};
  return { rekorVersion: text === '2' ? 2 : 1 };
}
