// SPDX-License-Identifier: Apache-2.0
import { haveVectors, listVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { encodeBundle, parseBundle, parseStatement } from '../src/index.ts';
import { meaning } from './mutation.ts';

const folder = 'conformance/bundle-verify';
const cases = listVectors(folder).filter((name) => !/\.(?:md|txt)$/.test(name));

/** Its base64 is broken into lines, beside the defect that it is there for. */
const BROKEN_LINES = 'rekor2-timestamp-with-incorrect-time_fail';

/** Cases whose defect shows in the document itself. All others are for the verifier to judge. */
const MALFORMED: readonly string[] = [
  'bundle-empty-certificate-chain_fail',
  'bundle-invalid-base64-signature_fail',
  'bundle-malformed-json_fail',
  'bundle-negative-log-index_fail',
  'bundle-unknown-version_fail',
  'intoto-missing-inclusion-proof_fail',
  'invalid-inclusion-proof_fail',
  'rekor2-no-inclusion-proof_fail',
  BROKEN_LINES,
];

function sameMediaType(text: string): string {
  return text.replace('bundle+json;version=0.3', 'bundle.v0.3+json');
}

describe.runIf(haveVectors)('the bundles of the conformance suite', () => {
  it('finds them', () => {
    expect(cases).toHaveLength(70);
  });

  it.each(cases.filter((name) => !MALFORMED.includes(name)))('reads %s and loses nothing', (name) => {
    const text = readVectorText(`${folder}/${name}/bundle.sigstore.json`);
    const bundle = parseBundle(text);
    const written = encodeBundle(bundle);
    expect(parseBundle(written)).toEqual(bundle);
    expect(meaning(JSON.parse(written))).toEqual(meaning(JSON.parse(sameMediaType(text))));
  });

  it.each(MALFORMED)('refuses %s', (name) => {
    expect(() => parseBundle(readVectorText(`${folder}/${name}/bundle.sigstore.json`))).toThrowError(
      expect.objectContaining({ code: name === 'bundle-malformed-json_fail' ? 'ERR_JSON' : 'ERR_BUNDLE' }),
    );
  });

  it('refuses base64 in lines, and reads the same bundle with the lines joined', () => {
    const text = readVectorText(`${folder}/${BROKEN_LINES}/bundle.sigstore.json`);
    expect(() => parseBundle(text)).toThrowError('signedTimestamp: expected standard padded base64');
    const [checkpoint] = text.match(/"envelope":\s*"[^"]*"/) ?? [];
    const joined = text
      .replaceAll(String.raw`\n`, '')
      .replace(/"envelope":\s*"[^"]*"/, () => checkpoint ?? '');
    expect(parseBundle(joined).timestamps).toHaveLength(1);
  });

  it('reads a v0.1 proof without a checkpoint, for the verifier to judge', () => {
    const bundle = parseBundle(readVectorText(`${folder}/bundle-with-root-cert_fail/bundle.sigstore.json`));
    expect(bundle.transparencyEntries[0]?.inclusionProof).toMatchObject({ checkpoint: undefined });
    expect(bundle.keyMaterial).toMatchObject({ chain: { length: 3 } });
  });

  it('reads the bundle of a conda package and its statement', () => {
    const { content } = parseBundle(readVectorText('conda/conda-attestation.sigstore.json'));
    expect(content.kind === 'dsse' && parseStatement(content.payload).subjects[0]?.name).toBe(
      'signed-package-2.1.0-hb0f4dca_0.conda',
    );
  });
});
