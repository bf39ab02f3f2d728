// SPDX-License-Identifier: Apache-2.0
import { haveVectors, listVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  attestationFromBundle,
  attestationToJson,
  bundleFromAttestation,
  bundleToJson,
  encodeAttestation,
  encodeProvenance,
  encodePublishStatement,
  parseAttestation,
  parseBundle,
  parseProvenance,
  parseStatement,
} from '../src/index.ts';

const files = listVectors('pep740').filter((name) => name.endsWith('.attestation'));

describe.runIf(haveVectors)('real PEP 740 objects', () => {
  it('finds them', () => {
    expect(files).toHaveLength(8);
  });

  it.each(files)('reads %s and writes the same document', (file) => {
    const text = readVectorText(`pep740/${file}`);
    const attestation = parseAttestation(text);
    expect(JSON.parse(encodeAttestation(attestation))).toEqual(JSON.parse(text));
    expect(parseAttestation(encodeAttestation(attestation))).toEqual(attestation);
  });

  it.each(files)('reads the statement in %s, of one file', (file) => {
    const statement = parseStatement(parseAttestation(readVectorText(`pep740/${file}`)).statement);
    expect(statement.subjects).toHaveLength(1);
    expect(statement.subjects[0]?.digest).toHaveProperty('sha256');
  });

  it('signs the very bytes that the tools of PyPI sign', () => {
    const attestation = parseAttestation(
      readVectorText('pep740/pypi_attestations-0.0.19.tar.gz.publish.attestation'),
    );
    const [subject] = parseStatement(attestation.statement).subjects;
    const ours = encodePublishStatement({
      filename: subject?.name ?? '',
      sha256Hex: subject?.digest.sha256 ?? '',
    });
    expect(Buffer.from(ours).toString()).toBe(Buffer.from(attestation.statement).toString());
  });

  it('reads an answer of pypi.org and writes the same document', () => {
    const text = readVectorText('pep740/pypi_attestations-0.0.19.tar.gz.provenance');
    const provenance = parseProvenance(text);
    expect(provenance.bundles[0]?.publisher).toEqual({
      kind: 'GitHub',
      repository: 'trailofbits/pypi-attestations',
      workflow: 'release.yml',
    });
    expect(JSON.parse(encodeProvenance(provenance))).toEqual(JSON.parse(text));
  });

  it('refuses the proposed timestamps key', () => {
    const text = readVectorText(
      'pep740/pypi_attestations-0.0.19.tar.gz.publish.attestation.with_rekor2_timestamp',
    );
    expect(() => parseAttestation(text)).toThrowError(
      expect.objectContaining({
        code: 'ERR_ATTESTATION',
        message: expect.stringContaining('no key "timestamps"'),
      }),
    );
  });
});

describe.runIf(haveVectors)('a signature that exists in both forms', () => {
  const stems = ['pypi_attestation_models-0.0.4a2.tar.gz', 'rfc8785-0.1.2-py3-none-any.whl'];

  it.each(stems)('converts the bundle of %s to its attestation, dropping nothing', (stem) => {
    const { attestation, dropped } = attestationFromBundle(
      parseBundle(readVectorText(`pep740/${stem}.sigstore`)),
    );
    expect(dropped).toEqual([]);
    if (stem.startsWith('pypi'))
      expect(attestationToJson(attestation)).toEqual(
        JSON.parse(readVectorText(`pep740/${stem}.attestation`)),
      );
  });

  it.each(stems)('converts the attestation of %s to its bundle', (stem) => {
    const attestation = parseAttestation(readVectorText(`pep740/${stem}.attestation`));
    const bundle = bundleFromAttestation(attestation);
    if (stem.startsWith('pypi'))
      expect(bundle).toEqual(parseBundle(readVectorText(`pep740/${stem}.sigstore`)));
    expect(attestationFromBundle(bundle)).toEqual({ attestation, dropped: [] });
    expect(parseBundle(JSON.stringify(bundleToJson(bundle)))).toEqual(bundle);
  });
});
