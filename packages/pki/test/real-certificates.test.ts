// SPDX-License-Identifier: Apache-2.0
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { decodeBase64 } from '@colophon/base';
import { X509Certificate as PeerCertificate } from '@sigstore/core';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  assertCodeSigningLeaf,
  buildChain,
  importPublicKey,
  parseCertificate,
  PkiError,
  verifySct,
  type CertificateAuthority,
  type LogKey,
} from '../src/index.ts';

interface Period {
  start: string;
  end?: string;
}
interface RootDocument {
  certificateAuthorities: { certChain: { certificates: { rawBytes: string }[] }; validFor: Period }[];
  timestampAuthorities: RootDocument['certificateAuthorities'];
  ctlogs: {
    baseUrl: string;
    logId: { keyId: string };
    publicKey: { rawBytes: string; keyDetails: string; validFor: Period };
  }[];
}

const period = ({ start, end }: Period) => ({
  start: new Date(start),
  ...(end === undefined ? {} : { end: new Date(end) }),
});
const readRoot = (name: string) =>
  JSON.parse(readVectorText(`trust/${name}/trusted_root.json`)) as RootDocument;
const authorities = (root: RootDocument): CertificateAuthority[] =>
  root.certificateAuthorities.map(({ certChain, validFor }) => ({
    chain: certChain.certificates.map(({ rawBytes }) => decodeBase64(rawBytes)),
    validFor: period(validFor),
  }));
const logs = (root: RootDocument): LogKey[] =>
  root.ctlogs.map(({ baseUrl, logId, publicKey: { rawBytes, keyDetails, validFor } }) => ({
    baseUrl,
    logId: decodeBase64(logId.keyId),
    publicKey: importPublicKey(decodeBase64(rawBytes), keyDetails.startsWith('PKCS1') ? 'pkcs1' : 'spki'),
    keyDetails,
    validFor: period(validFor),
  }));

const leaves: [file: string, root: string, issuer: string, names: number][] = [
  [
    'pypi_attestations-0.0.19.tar.gz.publish.attestation',
    'public-good',
    'https://token.actions.githubusercontent.com',
    20,
  ],
  ['gitlab_oidc_project-0.0.3.tar.gz.publish.attestation', 'public-good', 'https://gitlab.com', 15],
  ['sampleproject-3.0.0.tar.gz.publish.attestation', 'public-good', 'https://accounts.google.com', 1],
  ['rfc8785-0.1.2-py3-none-any.whl.publish.attestation', 'staging', 'https://github.com/login/oauth', 1],
];

function readLeaf(file: string): Uint8Array {
  const { verification_material: material } = JSON.parse(readVectorText(`pep740/${file}`)) as {
    verification_material: { certificate: string };
  };
  return decodeBase64(material.certificate);
}

describe.runIf(haveVectors)('real certificates', () => {
  it.each(leaves)('%s is issued under %s, for %s', (file, name, issuer, claims) => {
    const root = readRoot(name);
    const leaf = parseCertificate(readLeaf(file));
    assertCodeSigningLeaf(leaf);
    const [, ca, ...rest] = buildChain(leaf, authorities(root), leaf.notBefore);
    const { timestamp } = verifySct(leaf, ca ?? leaf, logs(root));
    expect(rest).toHaveLength(1);
    expect(Math.abs(timestamp.getTime() - leaf.notBefore.getTime())).toBeLessThan(60_000);
    expect(leaf.claims.issuer).toBe(issuer);
    expect(Object.keys(leaf.claims)).toHaveLength(claims);
  });

  it.each(leaves)('%s is read as other parsers read it', (file) => {
    const der = readLeaf(file);
    const ours = parseCertificate(der);
    const node = new NodeCertificate(der);
    const peer = PeerCertificate.parse(Buffer.from(der));
    expect(BigInt(`0x${ours.serialNumber}`)).toBe(BigInt(`0x${node.serialNumber}`));
    expect([ours.notBefore, ours.notAfter]).toEqual([new Date(node.validFrom), new Date(node.validTo)]);
    expect(ours.publicKey.equals(node.publicKey)).toBe(true);
    expect(ours.keyPurposes).toEqual(node.keyUsage);
    expect(ours.subjectAlternativeNames[0]?.value).toBe(peer.subjectAltName);
    expect(Buffer.from(ours.signature)).toEqual(peer.signatureValue);
  });

  it.each(leaves.slice(0, 1))('%s is refused with any byte changed', (file, name) => {
    const root = readRoot(name);
    const der = readLeaf(file);
    const [trusted, ctLogs] = [authorities(root), logs(root)];
    for (let at = 0; at < der.length; at += 7) {
      const flipped = der.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(() => {
        const leaf = parseCertificate(flipped);
        const [, ca] = buildChain(leaf, trusted, leaf.notBefore);
        verifySct(leaf, ca ?? leaf, ctLogs);
      }).toThrowError(PkiError);
    }
  });

  it('every authority of the trusted roots is read', () => {
    for (const name of ['public-good', 'staging', 'github']) {
      const root = readRoot(name);
      for (const { certChain } of [...root.certificateAuthorities, ...root.timestampAuthorities])
        for (const { rawBytes } of certChain.certificates)
          expect(() => parseCertificate(decodeBase64(rawBytes))).not.toThrowError();
    }
  });
});
