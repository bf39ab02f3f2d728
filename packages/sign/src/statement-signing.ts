// SPDX-License-Identifier: Apache-2.0
import { IN_TOTO_PAYLOAD_TYPE, parseBundle, type SigstoreBundle } from '@colophon/attestation';
import { equalBytes } from '@colophon/base';
import type { Signer, Witness } from '@sigstore/sign';
import type { SessionSigner } from './session-signer.ts';
import { withFreshSignatures } from './fresh-signature.ts';
import { SignError } from './sign-error.ts';

/** Who signs, and the one witness: several would be asked at once, and the first that fails would lose the others' word. */
export interface SigningParties {
  readonly signer: Signer & Partial<Pick<SessionSigner, 'prepare' | 'certificatePem'>>;
  readonly witness: Witness;
}

/**
 * Signs an in-toto statement, byte for byte, as a DSSE envelope and has it witnessed. The bundle (v0.3) is well-formed;
 * whether it verifies is for a verifier to say, before the bundle leaves this process.
 * @throws AttestationError ERR_BUNDLE, SignError ERR_SIGNED_BUNDLE, and what signer and witness throw
 */
export async function signStatement(statement: Uint8Array, parties: SigningParties): Promise<SigstoreBundle> {
  const { signer, witness } = parties;
  // Loading these takes some 30 ms, which only a command that signs should pay, and while it waits for its certificate.
  signer.prepare?.();
  const [{ DSSEBundleBuilder }, { bundleToJSON }] = await Promise.all([
    // The builder's own file: the package's entry loads its clients for the services too, five times as much code.
    import('@sigstore/sign/dist/bundler/dsse.js'),
    import('@sigstore/bundle'),
  ]);
  let used: string | undefined;
  const noting: Signer = {
    sign: async (data) => {
      const signature = await signer.sign(data);
      used = signature.key.$case === 'x509Certificate' ? signature.key.certificate : undefined;
      return signature;
    },
  };
  const builder = new DSSEBundleBuilder({ signer: noting, witnesses: [witness] });
  return await withFreshSignatures(
    async () => {
      const built = await builder.create({ data: Buffer.from(statement), type: IN_TOTO_PAYLOAD_TYPE });
      const bundle = parseBundle(JSON.stringify(bundleToJSON(built)));
      assertAssembled(bundle, statement);
      return bundle;
    },
    async () => (await signer.certificatePem?.()) !== used,
  );
}

function assertAssembled(
  { content, transparencyEntries, version }: SigstoreBundle,
  statement: Uint8Array,
): void {
  const holds = content.kind === 'dsse' && equalBytes(content.payload, statement);
  if (!holds || content.payloadType !== IN_TOTO_PAYLOAD_TYPE || version !== '0.3')
    throw new SignError('ERR_SIGNED_BUNDLE', 'the bundle does not hold the statement that was signed');
  if (transparencyEntries.length === 0)
    throw new SignError('ERR_SIGNED_BUNDLE', 'the bundle holds no log entry');
}
