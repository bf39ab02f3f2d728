// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A P-256 key pair that lives in this process only, for as long as its certificate is in use. */
export class EphemeralKey {
  /** The SubjectPublicKeyInfo in DER. */
  readonly publicKeyInfo: Uint8Array;
  #privateKey: KeyObject | undefined;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.publicKeyInfo = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  }

  /** Signs the SHA-256 digest of `data` by ECDSA; the signature is in DER. @throws TypeError after `destroy` */
  sign(data: Uint8Array): Uint8Array {
    if (this.#privateKey === undefined) throw new TypeError('the ephemeral key is destroyed');
    return new Uint8Array(sign('sha256', data, this.#privateKey));
  }

  /** Lets go of the private half: what was signed stays valid, nothing more can be signed. */
  destroy(): void {
    this.#privateKey = undefined;
  }
}
