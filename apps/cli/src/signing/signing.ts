// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import {
  CertificateSession,
  FulcioClient,
  identityProviderOf,
  openWitness,
  type Reach,
  selectSigningServices,
  type SignatureWitness,
  type SigningPurpose,
} from '@colophon/sign';
import { type SelectedServices, TrustError, type TrustedRoot } from '@colophon/trust';
import type { Policies } from '@colophon/verify';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Instance } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';

export interface SigningOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly instance: Instance;
  /** Asked for a token whenever a certificate is needed. */
  readonly token: () => Promise<IdToken>;
  /** For whom each token is. */
  readonly audience: string;
  /** What every signature must prove, before it counts. */
  readonly policies: Policies;
  /** Is given each signature before it is logged. */
  readonly keep?: Reach['keep'];
}

/** What is signed for; the time is that of the run. */
export type Purpose = Omit<SigningPurpose, 'now'>;

/** Whoever signs and whoever testifies to it. */
export interface Signing {
  readonly session: CertificateSession;
  readonly witness: SignatureWitness;
}

/** The services of an instance that serve a purpose, and the root that they are judged by. */
export interface ChosenServices {
  readonly trustedRoot: TrustedRoot;
  readonly services: SelectedServices;
}

/**
 * Chooses the services to sign with; nothing is asked of them yet.
 * @throws TrustError ERR_SIGNING_CONFIG; CliError ERR_USAGE where the instance is not one
 */
export function chooseServices({ host }: Context, instance: Instance, purpose: Purpose): ChosenServices {
  const [trustedRoot, another] = instance.roots;
  if (another !== undefined)
    throw usageError(`to sign, one trusted root is needed: ${instance.source} has several`);
  const services = selectSigningServices(instance.signingConfig, { ...purpose, now: host.now() });
  if (services.timestampAuthorities.length > 0 && trustedRoot.timestampAuthorities.length === 0)
    throw new TrustError(
      'ERR_SIGNING_CONFIG',
      `the signing configuration asks for timestamps, and the trusted root of ${instance.source} knows no authority`,
    );
  return { trustedRoot, services };
}

/** Opens the services for one run. Whoever opens closes the session. @throws as `chooseServices` */
export function openSigning(options: SigningOptions, purpose: Purpose): Signing {
  const { session, witnesses } = openSigningFor(options, [purpose]);
  const [witness] = witnesses;
  if (witness === undefined) throw new TypeError('there is a witness for each purpose');
  return { session, witness };
}

/** The same for several purposes: one certificate for all, and a witness for each. @throws as `chooseServices` */
export function openSigningFor(
  { context, http, instance, token, audience, keep }: SigningOptions,
  purposes: readonly Purpose[],
): { readonly session: CertificateSession; readonly witnesses: readonly SignatureWitness[] } {
  const { host, talk } = context;
  const reach = { http, signal: host.signal };
  const chosen = purposes.map((purpose) => chooseServices(context, instance, purpose));
  const [first] = chosen;
  if (first === undefined) throw new TypeError('nothing is signed for no purpose');
  const fulcio = new FulcioClient({ url: first.services.fulcioUrl, ...reach });
  const session = new CertificateSession({
    identityProvider: identityProviderOf(token),
    audience,
    fulcio: {
      requestCertificate: (order) =>
        talk.during('asking for a certificate', undefined, () => fulcio.requestCertificate(order)),
    },
    trustedRoot: first.trustedRoot,
    now: () => host.now(),
  });
  const keeping = keep === undefined ? reach : { ...reach, keep };
  const witnesses = chosen.map(({ services, trustedRoot }) => openWitness(services, trustedRoot, keeping));
  return { session, witnesses };
}

/** `--rekor-version`, as a part of a purpose. */
export function chosenRekor(args: Arguments): Pick<Purpose, 'rekorVersion'> {
  const text = args.text('rekor-version');
  if (text === undefined) return {};
  return { rekorVersion: text === '2' ? 2 : 1 };
}
