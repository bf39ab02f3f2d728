// SPDX-License-Identifier: Apache-2.0
import { createHash, createSign, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What signing a stream gives. */
export interface StreamSignature {
  /** ECDSA in DER. */
  readonly signature: Uint8Array;
  /** The digest of the same bytes: 32 bytes. */
  readonly sha256: Uint8Array;
  /** How many bytes they were. */
  readonly size: number;
}

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
    return new Uint8Array(sign('sha256', data, this.#private()));
  }

  /**
   * Signs the SHA-256 digest of all blocks together, each looked at once and let go. The digest is computed twice over,
   * since no signer of node:crypto takes or gives one.
   * @throws TypeError after `destroy`, and what `blocks` throws
   */
  async signStream(blocks: AsyncIterable<Uint8Array>): Promise<StreamSignature> {
    const [signer, hash] = [createSign('sha256'), createHash('sha256')];
    let size = 0;
    for await (const block of blocks) {
      signer.update(block);
      hash.update(block);
      size += block.length;
    }
    const signature = new Uint8Array(signer.sign(this.#private()));
    return { signature, sha256: new Uint8Array(hash.digest()), size };
  }

  /** Lets go of the private half: what was signed stays valid, nothing more can be signed. */
  destroy(): void {
    this.#privateKey = undefined;
  }

  #private(): KeyObject {
    if (this.#privateKey === undefined) throw new TypeError('the ephemeral key is destroyed');
    return this.#privateKey;
  }
}
