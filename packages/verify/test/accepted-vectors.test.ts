// SPDX-License-Identifier: Apache-2.0
import { parseBundle } from '@colophon/attestation';
import { haveVectors } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { ACCEPTED, documentOf, verifyDocument, type Accepted } from './accepted.ts';

interface Entry {
  inclusionPromise?: unknown;
  inclusionProof?: unknown;
  kindVersion: { version: string };
}
interface Bundle {
  mediaType: string;
  verificationMaterial: { tlogEntries: Entry[]; certificate?: unknown; x509CertificateChain?: unknown };
}

const bundles = ACCEPTED.filter(({ kind }) => kind === 'bundle');
const parsed = (accepted: Accepted) => JSON.parse(documentOf(accepted)) as Bundle;

/** The same signature as the first bundles had it: v0.1, with the log's promise and no proof. */
function asFirst(accepted: Accepted): string {
  const bundle = parsed(accepted);
  const { certificate, ...material } = bundle.verificationMaterial;
  const chain = certificate === undefined ? {} : { x509CertificateChain: { certificates: [certificate] } };
  const tlogEntries = material.tlogEntries.map(({ inclusionProof: _proof, ...entry }) => entry);
  return JSON.stringify({
    ...bundle,
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: { ...material, ...chain, tlogEntries },
  });
}

describe.runIf(haveVectors)('real evidence of many years', () => {
  it('is all of what the vectors have', () => {
    expect(ACCEPTED).toHaveLength(33);
    const versions = bundles.map((one) => parseBundle(documentOf(one)).version);
    expect(new Set(versions)).toEqual(new Set(['0.1', '0.2', '0.3']));
  });

  it.each(ACCEPTED)('$path holds', (accepted) => {
    expect(() => verifyDocument(accepted, documentOf(accepted))).not.toThrowError();
  });

  const promised = bundles.filter((one) =>
    parsed(one).verificationMaterial.tlogEntries.every(
      ({ inclusionPromise }) => inclusionPromise !== undefined,
    ),
  );
  it.each(promised)('$path holds by its promise alone, as v0.1 had it', (accepted) => {
    expect(() => verifyDocument(accepted, asFirst(accepted))).not.toThrowError();
  });

  it('some of it has a promise, and some has none', () => {
    expect(promised.length).toBeGreaterThan(8);
    expect(promised.length).toBeLessThan(bundles.length);
  });
});
