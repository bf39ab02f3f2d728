// SPDX-License-Identifier: Apache-2.0
import type { Signature, Signer } from '@sigstore/sign';
import type { CertificateSession } from './certificate-session.ts';

/** Signs with a session's certificate, in the form that @sigstore/sign's builders ask for. */
export class SessionSigner implements Signer {
  readonly #session: CertificateSession;

  constructor(session: CertificateSession) {
    this.#session = session;
  }

  /** Orders the certificate, if that has not been done. Whether it comes is told to whoever signs. */
  prepare(): void {
    this.#session.credential().catch(() => undefined);
  }

  /** The certificate to sign with now, in PEM. @throws as the session's `credential` */
  async certificatePem(): Promise<string> {
    return (await this.#session.credential()).certificatePem;
  }

  async sign(data: Uint8Array): Promise<Signature> {
    const { key, certificatePem } = await this.#session.credential();
    const signature = Buffer.from(key.sign(data));
    return { signature, key: { $case: 'x509Certificate', certificate: certificatePem } };
  }
}
