// SPDX-License-Identifier: Apache-2.0
import { expectedIdentity, type IdToken, parseIdToken } from '@colophon/oidc';
import { type Certificate, encodePem } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import type { IdentityProvider } from '@sigstore/sign';
import { encodeCertificateRequest } from './certificate-request.ts';
import { EphemeralKey } from './ephemeral-key.ts';
import type { FulcioClient } from './fulcio-client.ts';
import { judgeIssuedCertificate } from './issued-certificate.ts';

export interface CertificateSessionOptions {
  /** Gives an identity token each time a certificate is needed. */
  readonly identityProvider: IdentityProvider;
  /** For whom the token must be. Default `sigstore`, as Sigstore's own authority demands. */
  readonly audience?: string;
  readonly fulcio: Pick<FulcioClient, 'requestCertificate'>;
  /** Against which the certificate is judged before it is used. */
  readonly trustedRoot: TrustedRoot;
  readonly now: () => Date;
}

/** A key and the certificate that was issued for it and judged. */
export interface SigningCredential {
  readonly key: EphemeralKey;
  readonly certificate: Certificate;
  readonly certificatePem: string;
}

/** How long before its end a certificate is no longer signed with: the log's time must still fall into its validity. */
const MARGIN_MS = 60_000;

/**
 * One certificate for everything that is signed, however many sign at once. It is requested when it is first needed and
 * again when it nears its end; a request that failed has failed for all, so that a refusal is not asked for once a file.
 */
export class CertificateSession {
  readonly #options: CertificateSessionOptions;
  readonly #keys: EphemeralKey[] = [];
  #current: Promise<SigningCredential> | undefined;

  constructor(options: CertificateSessionOptions) {
    this.#options = options;
  }

  /**
   * The credential to sign with now.
   * @throws SignError, OidcError, HttpError: the same one for all who wait for it, and for all who come later
   */
  async credential(): Promise<SigningCredential> {
    this.#current ??= this.#order();
    const requested = this.#current;
    const credential = await requested;
    if (!this.#nearsItsEnd(credential)) return credential;
    // Of all who see the end coming, the first orders the next certificate for the others.
    if (this.#current === requested) this.#current = this.#order();
    return await this.#current;
  }

  /** Destroys the keys; nothing more can be signed. */
  close(): void {
    for (const key of this.#keys.splice(0)) key.destroy();
  }

  async #order(): Promise<SigningCredential> {
    const { identityProvider, audience = 'sigstore', now } = this.#options;
    const token = parseIdToken(await identityProvider.getToken(), { audience, now: now() });
    const identity = expectedIdentity(token);
    const key = new EphemeralKey();
    this.#keys.push(key);
    const { fulcio, trustedRoot } = this.#options;
    const der = await fulcio.requestCertificate({ token, csrPem: encodeCertificateRequest(key) });
    const { publicKeyInfo } = key;
    const certificate = judgeIssuedCertificate(der, { publicKeyInfo, identity, trustedRoot, now: now() });
    return { key, certificate, certificatePem: encodePem(der, 'CERTIFICATE') };
  }

  #nearsItsEnd({ certificate }: SigningCredential): boolean {
    return this.#options.now().getTime() > certificate.notAfter.getTime() - MARGIN_MS;
  }
}

/** Makes the interface that @sigstore/sign has for tokens out of a source of ours, asked anew for every certificate. */
export function identityProviderOf(source: () => Promise<IdToken>): IdentityProvider {
  return { getToken: async () => (await source()).secret.reveal() };
}
