// SPDX-License-Identifier: Apache-2.0
import { decodeHex } from '@colophon/base';
import { CEP27_PREDICATE_TYPE, parseBundle } from '@colophon/attestation';
import { parseTrustedRoot } from '@colophon/trust';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Artifact, type Policies } from '../src/index.ts';
import { text } from './der.ts';
import { ARTIFACT, make, OCTO } from './lab.ts';
import { productionRoot } from './evidence-vectors.ts';

const NAME = 'sampler-1.0-py_0.conda';
const SHA256 = Buffer.from(ARTIFACT.sha256).toString('hex');
const SUBJECT = { name: NAME, digest: { sha256: SHA256 } };
const DEMAND: Policies = { ...OCTO, predicateTypes: [CEP27_PREDICATE_TYPE] };

function verifyAbout(subject: readonly object[], artifact: Artifact = { ...ARTIFACT, filename: NAME }) {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType: CEP27_PREDICATE_TYPE,
    predicate: null,
  };
  const { bundle, root } = make({ payload: text(JSON.stringify(statement)) });
  const evidence = { kind: 'bundle', name: 'conda', bundle: parseBundle(bundle) } as const;
  return verifyEvidence(evidence, artifact, [parseTrustedRoot(root)], DEMAND);
}

describe('a publish attestation of a conda package (CEP 27)', () => {
  it('holds for the file of its name, and for its digest alone', () => {
    expect(verifyAbout([SUBJECT]).predicateType).toBe(CEP27_PREDICATE_TYPE);
    expect(verifyAbout([SUBJECT], { sha256: ARTIFACT.sha256 }).subjectName).toBe(NAME);
  });

  it.each<[string, object[], string]>([
    ['another name', [{ ...SUBJECT, name: 'other-1.0-py_0.conda' }], 'ERR_SUBJECT_NAME'],
    ['another content', [{ ...SUBJECT, digest: { sha256: 'ab'.repeat(32) } }], 'ERR_SUBJECT_DIGEST'],
    ['two packages', [SUBJECT, { ...SUBJECT, name: 'other-1.0-py_0.conda' }], 'ERR_STATEMENT'],
    [
      'a second digest',
      [{ ...SUBJECT, digest: { ...SUBJECT.digest, sha512: 'ab'.repeat(64) } }],
      'ERR_STATEMENT',
    ],
  ])('is refused for %s', (_name, subject, code) => {
    expect(() => verifyAbout(subject)).toThrow(expect.objectContaining({ code }));
  });

  it.runIf(haveVectors)(
    'by another program in production is accepted by digest and by name, and not by another',
    () => {
      const bundle = parseBundle(readVector('conda/conda-attestation.sigstore.json'));
      const evidence = { kind: 'bundle', name: 'conda', bundle } as const;
      const identity =
        'https://github.com/prefix-dev/sigstore-example/.github/workflows/action.yaml@refs/heads/main';
      const issuer = 'https://token.actions.githubusercontent.com';
      const policies: Policies = {
        anyOf: [{ kind: 'identity', identity, issuer }],
        predicateTypes: [CEP27_PREDICATE_TYPE],
      };
      const sha256 = decodeHex('54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f');
      const filename = 'signed-package-2.1.0-hb0f4dca_0.conda';
      const roots = [productionRoot()];
      expect(verifyEvidence(evidence, { sha256 }, roots, policies).subjectName).toBe(filename);
      expect(verifyEvidence(evidence, { sha256, filename }, roots, policies).subjectName).toBe(filename);
      expect(() => verifyEvidence(evidence, { sha256, filename: 'x-1-0.conda' }, roots, policies)).toThrow(
        expect.objectContaining({ code: 'ERR_SUBJECT_NAME' }),
      );
    },
  );
});
