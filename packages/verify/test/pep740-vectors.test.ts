// SPDX-License-Identifier: Apache-2.0
import { decodeHex } from '@colophon/base';
import { parseAttestation, parseProvenance } from '@colophon/attestation';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  describeSigner,
  evidenceFromProvenance,
  judge,
  VerificationError,
  verifyEvidence,
  type Artifact,
  type Circumstances,
  type Policies,
  type Policy,
} from '../src/index.ts';
import { attestationAt, bundleAt, distAt, productionRoot, stagingRoot } from './evidence-vectors.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const gitHub = (repository: string, more: Circumstances & { workflow?: string } = {}): Policy => ({
  kind: 'GitHub',
  repository,
  ...more,
});
const RELEASE = gitHub('trailofbits/pypi-attestations', { workflow: 'release.yml' });
const MODELS = gitHub('trailofbits/pypi-attestation-models', { workflow: 'release.yml' });
const GITLAB: Policy = {
  kind: 'GitLab',
  repository: 'facutuesca/gitlab-oidc-project',
  workflowFilepath: '.gitlab-ci.yml',
};
const GOOGLE: Policy = { kind: 'Google', email: '919436158236-compute@developer.gserviceaccount.com' };
const PERSON: Policy = {
  kind: 'identity',
  identity: 'william@yossarian.net',
  issuer: 'https://github.com/login/oauth',
};
const only = (policy: Policy): Policies => ({ anyOf: [policy] });

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const SPT3G = 'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
const SPT3G_SWAPPED = 'spt3g-1.0-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl';
const spt3g = (filename: string): Artifact => ({
  filename,
  sha256: decodeHex('d2772f9a5199f05ed1be8d9aa78b879e51772e3ead9d73fe8057257b1aec7cf8'),
});

type Case = [evidence: string, artifact: () => Artifact, policy: Policy, root: 'production' | 'staging'];
const good: Case[] = [
  [`${SDIST}.publish.attestation`, () => distAt(SDIST), RELEASE, 'production'],
  [`${SDIST}.slsa.attestation`, () => distAt(SDIST), RELEASE, 'production'],
  [
    'pypi_attestation_models-0.0.4a2.tar.gz.attestation',
    () => distAt('pypi_attestation_models-0.0.4a2.tar.gz'),
    MODELS,
    'production',
  ],
  [
    'gitlab_oidc_project-0.0.3.tar.gz.publish.attestation',
    () => distAt('gitlab_oidc_project-0.0.3.tar.gz'),
    GITLAB,
    'production',
  ],
  [
    'sampleproject-3.0.0.tar.gz.publish.attestation',
    () => distAt('sampleproject-3.0.0.tar.gz'),
    GOOGLE,
    'production',
  ],
  [`${WHEEL}.attestation`, () => distAt(WHEEL), PERSON, 'staging'],
  [`${WHEEL}.publish.attestation`, () => distAt(WHEEL), PERSON, 'staging'],
  [`${SPT3G}.publish.attestation`, () => spt3g(SPT3G), PERSON, 'staging'],
  [`${SPT3G}.publish.attestation`, () => spt3g(SPT3G_SWAPPED), PERSON, 'staging'],
];
const rootOf = (name: Case[3]) => (name === 'production' ? productionRoot() : stagingRoot());
const evidenceAt = (file: string) =>
  file.endsWith('.sigstore') ? bundleAt(`pep740/${file}`) : attestationAt(file);

describe.runIf(haveVectors)('real PEP 740 attestations', () => {
  it.each(good)('%s holds', (file, artifact, policy, root) => {
    const verified = verifyEvidence(evidenceAt(file), artifact(), [rootOf(root)], only(policy));
    expect(verified).toMatchObject({ policy: 0, trustedRoot: rootOf(root) });
    expect(verified.logged).toHaveLength(1);
    expect(verified.times[0]?.source).toBe('transparency-log');
    expect(verified.signer.issuer).toMatch(/^https:/);
  });

  it.each<Case>([
    [
      'pypi_attestation_models-0.0.4a2.tar.gz.sigstore',
      () => distAt('pypi_attestation_models-0.0.4a2.tar.gz'),
      MODELS,
      'production',
    ],
    [`${WHEEL}.sigstore`, () => distAt(WHEEL), PERSON, 'staging'],
  ])('%s, the same as a bundle, holds', (file, artifact, policy, root) => {
    const verified = verifyEvidence(evidenceAt(file), artifact(), [rootOf(root)], only(policy));
    expect(verified.subjectName).toBe(artifact().filename);
  });

  it.each(good)('%s is refused under the other instance', (file, artifact, policy, root) => {
    const other = rootOf(root === 'production' ? 'staging' : 'production');
    const verify = () => verifyEvidence(evidenceAt(file), artifact(), [other], only(policy));
    expect(verify).toThrowError(throwsCode('ERR_CERTIFICATE_CHAIN'));
  });

  it.each(good)('%s holds when one of several roots vouches for it', (file, artifact, policy, root) => {
    const roots = [productionRoot(), stagingRoot()];
    const verified = verifyEvidence(evidenceAt(file), artifact(), roots, only(policy));
    expect(verified.trustedRoot).toBe(rootOf(root));
  });

  it('a CEP 27 attestation in a bundle holds by digest, when its type is demanded', () => {
    const artifact = {
      sha256: decodeHex('54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f'),
    };
    const policies: Policies = {
      anyOf: [gitHub('prefix-dev/sigstore-example')],
      predicateTypes: ['https://schemas.conda.org/attestations-publish-1.schema.json'],
    };
    const evidence = bundleAt('conda/conda-attestation.sigstore.json');
    expect(verifyEvidence(evidence, artifact, [productionRoot()], policies).subjectName).toBe(
      'signed-package-2.1.0-hb0f4dca_0.conda',
    );
    const usual = { anyOf: policies.anyOf };
    expect(() => verifyEvidence(evidence, artifact, [productionRoot()], usual)).toThrowError(
      throwsCode('ERR_PREDICATE_TYPE'),
    );
  });

  it('the proposed timestamps of PEP 740, over an entry of a withdrawn kind, are not read', () => {
    const file = `pep740/${SDIST}.publish.attestation.with_rekor2_timestamp`;
    expect(() => parseAttestation(readVector(file))).toThrowError(throwsCode('ERR_ATTESTATION'));
  });

  it("a provenance object of PyPI is verified by the user's policy, and its publisher compared", () => {
    const provenance = parseProvenance(readVector(`pep740/${SDIST}.provenance`));
    const evidence = evidenceFromProvenance(provenance, 'provenance');
    const verdict = judge({
      evidence,
      artifact: distAt(SDIST),
      trustedRoots: [productionRoot()],
      policies: only(RELEASE),
    });
    expect(verdict).toMatchObject({
      status: 'verified',
      accepted: [{ publisherClaim: 'agrees', evidence: { claimedPublisher: { kind: 'GitHub' } } }],
    });
    const unknown = evidence.map((piece) => ({
      ...piece,
      claimedPublisher: { kind: 'unknown' as const, name: 'Forge', claims: {} },
    }));
    const liar = evidence.map((piece) => ({
      ...piece,
      claimedPublisher: { kind: 'Google' as const, email: 'a@example.org' },
    }));
    const verifyAll = (pieces: typeof evidence) =>
      pieces.map((piece) => verifyEvidence(piece, distAt(SDIST), [productionRoot()], only(RELEASE)));
    expect(verifyAll(unknown)).toMatchObject([{ publisherClaim: 'not-understood' }]);
    expect(verifyAll(liar)).toMatchObject([{ publisherClaim: 'contradicts' }]);
  });

  it('every signer can be described without being verified', () => {
    for (const [file] of good) {
      const { attestation } = attestationAt(file);
      expect(describeSigner(attestation.certificate).identity).not.toBeUndefined();
    }
  });
});

const digest = () => distAt(SDIST).sha256;
const otherDigest = () => distAt(WHEEL).sha256;

describe.runIf(haveVectors)('a real attestation is refused', () => {
  const file = `${SDIST}.publish.attestation`;
  const verifyWith = (artifact: Artifact, policy: Policy) =>
    verifyEvidence(attestationAt(file), artifact, [productionRoot()], only(policy));
  const exact: Policy = {
    kind: 'identity',
    identity:
      'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
    issuer: 'https://token.actions.githubusercontent.com',
  };

  it('unless everything is as demanded', () => {
    const sha = '08802efe1f8e5fec4ad842d6b8ce97656092ee72';
    const demands: Circumstances = {
      ref: 'refs/tags/v{version}',
      sha,
      trigger: 'release',
      signerWorkflow: 'TrailOfBits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
      denySelfHosted: true,
      claims: { 'source-repository-visibility-at-signing': 'public' },
    };
    const signer = {
      kind: 'GitHub',
      repository: 'TrailOfBits/PyPI-Attestations',
      workflow: 'release.yml',
    } as const;
    for (const policy of [exact, { ...exact, ...demands }, { ...signer, ...demands }])
      expect(verifyWith(distAt(SDIST), policy).policy).toBe(0);
  });

  const wrongPeople: [string, Policy][] = [
    ['another repository', gitHub('trailofbits/pypi-attestation')],
    ['another owner', gitHub('trailofbit/pypi-attestations')],
    ['another workflow', { ...RELEASE, workflow: 'ci.yml' } as Policy],
    ['a workflow in other case', { ...RELEASE, workflow: 'Release.yml' } as Policy],
    ['part of the workflow', { ...RELEASE, workflow: 'release' } as Policy],
    ['another provider', GITLAB],
    ['a service account', GOOGLE],
    ['part of the identity', { ...exact, identity: exact.identity.slice(0, -1) }],
    ['an identity with a wildcard', { ...exact, identity: exact.identity.replace('.yml', '.y.l') }],
    ['another issuer', { ...exact, issuer: 'https://token.actions.githubusercontent.com/o' }],
  ];
  it.each(wrongPeople)('when %s is demanded', (_title, policy) => {
    expect(() => verifyWith(distAt(SDIST), policy)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  const wrongWorld: [string, Circumstances][] = [
    ['ref', { ref: 'refs/tags/v0.0.1' }],
    ['version in the ref', { ref: 'refs/heads/{version}' }],
    ['name in the ref', { ref: 'refs/tags/{name}' }],
    ['commit', { sha: '0'.repeat(40) }],
    ['trigger', { trigger: 'push' }],
    ['environment, which it lacks', { environment: 'pypi' }],
    ['called workflow', { signerWorkflow: 'trailofbits/pypi-attestations/.github/workflows/ci.yml' }],
    [
      'ref of the called workflow',
      { signerWorkflow: 'trailofbits/pypi-attestations/.github/workflows/release.yml@v1' },
    ],
    [
      'host of the called workflow',
      { signerWorkflow: 'ghe.example/trailofbits/pypi-attestations/.github/workflows/release.yml' },
    ],
    ['claim', { claims: { 'build-trigger': 'Release' } }],
  ];
  it.each(wrongWorld)('when another %s is demanded', (_title, more) => {
    const policy = { ...RELEASE, ...more };
    expect(() => verifyWith(distAt(SDIST), policy)).toThrowError(throwsCode('ERR_CLAIM'));
  });

  it.each<[string, () => Artifact, string]>([
    ['another file', () => distAt(WHEEL), 'ERR_SUBJECT_NAME'],
    [
      'another version',
      () => ({ filename: 'pypi_attestations-0.0.18.tar.gz', sha256: digest() }),
      'ERR_SUBJECT_NAME',
    ],
    [
      'a wheel of the same version',
      () => ({ filename: 'pypi_attestations-0.0.19-py3-none-any.whl', sha256: digest() }),
      'ERR_SUBJECT_NAME',
    ],
    ['other bytes', () => ({ filename: SDIST, sha256: otherDigest() }), 'ERR_SUBJECT_DIGEST'],
    ['a file without a name', () => ({ sha256: digest() }), 'ERR_ARTIFACT_NAME'],
    ['a file that is no distribution', () => ({ filename: 'a.txt', sha256: digest() }), 'ERR_ARTIFACT_NAME'],
  ])('for %s', (_title, artifact, code) => {
    expect(() => verifyWith(artifact(), RELEASE)).toThrowError(throwsCode(code));
    expect(() => verifyWith(artifact(), RELEASE)).toThrowError(VerificationError);
  });

  it('under no root, and then it is undecided', () => {
    const evidence = attestationAt(file);
    expect(() => verifyEvidence(evidence, distAt(SDIST), [], only(RELEASE))).toThrowError(
      throwsCode('ERR_TRUST_MATERIAL'),
    );
  });

  it('with a message that names the evidence', () => {
    expect(() => verifyWith(distAt(WHEEL), RELEASE)).toThrowError(
      new RegExp(`^${file.replaceAll('.', '\\.')}: `),
    );
  });
});
