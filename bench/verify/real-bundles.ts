// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundleFromAttestation, encodeBundle, parseAttestation, parseBundle } from '@colophon/attestation';
import { vectorFolder } from '@colophon/vectors/folder';
import { describeSigner } from '@colophon/verify';
import type { Collection, Item } from './collection.ts';

/** Attestations that the public instance's services made, and the index has: of each the file, and what follows its name. */
const ATTESTATIONS = [
  ['pypi_attestations-0.0.19.tar.gz', '.publish.attestation'],
  ['pypi_attestations-0.0.19.tar.gz', '.slsa.attestation'],
  ['pypi_attestation_models-0.0.4a2.tar.gz', '.attestation'],
  ['gitlab_oidc_project-0.0.3.tar.gz', '.publish.attestation'],
  ['sampleproject-3.0.0.tar.gz', '.publish.attestation'],
] as const;

/** The real attestations as bundles, which all peers take, in `folder`. */
export async function readRealBundles(folder: string): Promise<Collection> {
  const items = await Promise.all(ATTESTATIONS.map((one) => writeBundle(one, folder)));
  return { trustedRoot: join(vectorFolder, 'trust/public-good/trusted_root.json'), items };
}

async function writeBundle([file, suffix]: readonly [string, string], folder: string): Promise<Item> {
  const artifact = join(vectorFolder, 'pep740', file);
  const attestation = parseAttestation(await readFile(artifact + suffix));
  const evidence = join(folder, `${basename(artifact)}${suffix}.sigstore.json`);
  await writeFile(evidence, encodeBundle(bundleFromAttestation(attestation)));
  return { artifact, evidence, ...ownerOf(attestation.certificate) };
}

function ownerOf(certificate: Uint8Array): Pick<Item, 'identity' | 'issuer'> {
  const { identity = '', issuer = '' } = describeSigner(certificate);
  return { identity, issuer };
}

/** A real message signature, to be judged by the digest of its file. */
export async function readMessageBundle(): Promise<Collection> {
  const artifact = join(vectorFolder, 'conformance/a.txt');
  const evidence = join(vectorFolder, 'conformance/bundle-verify/happy-path-v0.3/bundle.sigstore.json');
  const trustedRoot = join(vectorFolder, 'trust/public-good/trusted_root.json');
  const { keyMaterial } = parseBundle(await readFile(evidence));
  if (keyMaterial.kind !== 'certificate') throw new Error(`${evidence} has no certificate`);
  return { trustedRoot, items: [{ artifact, evidence, ...ownerOf(keyMaterial.chain[0]) }] };
}
