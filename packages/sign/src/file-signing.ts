// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import type { CertificateSession, SigningCredential } from './certificate-session.ts';
import type { StreamSignature } from './ephemeral-key.ts';
import { fileBlocks } from './file-blocks.ts';
import { withFreshSignatures } from './fresh-signature.ts';
import { SignError } from './sign-error.ts';
import type { SignatureWitness } from './signature-witness.ts';

export interface FileSigningParties {
  readonly session: Pick<CertificateSession, 'credential'>;
  readonly witness: Pick<SignatureWitness, 'witness'>;
  readonly signal?: AbortSignal;
}

/** A file's signature in a bundle, and what was read of the file while it was made. */
export interface SignedFile {
  readonly bundle: SigstoreBundle;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** In bytes. */
  readonly size: number;
}

/**
 * Signs the bytes of a file and has the signature witnessed: a message-signature bundle v0.3. The file is read once, in
 * blocks, and digest and signature are of the same bytes. Whether the bundle verifies is for a verifier to say, before it
 * leaves this process.
 * @throws SignError, RekorError, OidcError, HttpError
 */
export async function signFile(path: string, parties: FileSigningParties): Promise<SignedFile> {
  let used: SigningCredential | undefined;
  const signOnce = async (): Promise<SignedFile> => {
    const { credential, signed } = await signBytes(path, parties);
    used = credential;
    const { sha256, signature, size } = signed;
    const certificate = credential.certificate.der;
    const { witness } = parties;
    const testimony = await witness.witness({ content: { kind: 'message', sha256, signature }, certificate });
    const digest = { algorithm: 'SHA2_256', value: sha256 } as const;
    const bundle: SigstoreBundle = {
      version: '0.3',
      keyMaterial: { kind: 'certificate', chain: [certificate] },
      ...testimony,
      content: { kind: 'message', digest, signature },
    };
    return { bundle, sha256, size };
  };
  return await withFreshSignatures(signOnce, async () => (await parties.session.credential()) !== used);
}

interface SignedBytes {
  readonly credential: SigningCredential;
  readonly signed: StreamSignature;
}

// A large file may outlast the certificate that its signature was begun with: then it is signed by the next one.
async function signBytes(path: string, { session, signal }: FileSigningParties): Promise<SignedBytes> {
  for (let pass = 1; pass <= 2; pass += 1) {
    const credential = await session.credential();
    const signed = await credential.key.signStream(fileBlocks(path, signal));
    if ((await session.credential()) === credential) return { credential, signed };
  }
  throw new SignError('ERR_SIGN_FILE', `${path}: reading it takes longer than a certificate is valid`);
}
