// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from '@colophon/base';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, verifyTimestamp, type CertificateAuthority } from '../src/index.ts';
import { timestampingCertificates } from '../src/timestamping-authority.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const always = { start: new Date(0) };

interface Bundle {
  verificationMaterial: { timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] } };
  messageSignature: { signature: string };
}
interface Root {
  timestampAuthorities: { certChain: { certificates: { rawBytes: string }[] } }[];
}

function authoritiesOf(path: string): CertificateAuthority[] {
  const { timestampAuthorities } = JSON.parse(readVectorText(path)) as Root;
  return timestampAuthorities.map(({ certChain }) => ({
    chain: certChain.certificates.map(({ rawBytes }) => decodeBase64(rawBytes)),
    validFor: always,
  }));
}

function stampedBy(name: string) {
  const bundle = JSON.parse(
    readVectorText(`conformance/bundle-verify/${name}/bundle.sigstore.json`),
  ) as Bundle;
  const [first] = bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
  const signature = decodeBase64(bundle.messageSignature.signature);
  return { timestamp: parseTimestamp(decodeBase64(first?.signedTimestamp ?? '')), signature };
}

describe.runIf(haveVectors)('real timestamp authorities', () => {
  it.each([
    ['public-good', 1],
    ['staging', 2],
    ['github', 6],
  ])('of %s are fit to sign timestamps', (name, count) => {
    const authorities = authoritiesOf(`trust/${name}/trusted_root.json`);
    expect(authorities.map((authority) => timestampingCertificates(authority).length > 1)).toEqual(
      Array.from({ length: count }, () => true),
    );
  });

  it.each(['rekor2-happy-path', 'rekor2-timestamp-without-embedded-cert'])(
    'made the timestamp of %s',
    (name) => {
      const { timestamp, signature } = stampedBy(name);
      const authorities = authoritiesOf('trust/staging/trusted_root.json');
      expect(() => verifyTimestamp(timestamp, signature, authorities)).not.toThrowError();
      expect(() => verifyTimestamp(timestamp, signature.slice(1), authorities)).toThrowError(
        throwsCode('ERR_TIMESTAMP'),
      );
    },
  );

  // An authority by RSA with SHA-512, which names its certificate by SHA-1 and writes its signature's algorithm short.
  it('of a third party are trusted where a root names them, with and without their certificates along', () => {
    const along = stampedBy('rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail');
    const [signer, anchor] = along.timestamp.certificates;
    if (signer === undefined || anchor === undefined) throw new Error('the vector has lost its certificates');
    const chains = [
      [signer, anchor],
      [anchor, signer],
    ].map((chain) => ({ chain, validFor: always }));
    const bare = stampedBy('rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail');
    for (const { timestamp, signature } of [along, bare]) {
      expect(() => verifyTimestamp(timestamp, signature, chains)).not.toThrowError();
      expect(() => verifyTimestamp(timestamp, signature, [])).toThrowError(throwsCode('ERR_TIMESTAMP'));
    }
  });
});
