// SPDX-License-Identifier: Apache-2.0
import { decodeHex, sha256 } from '@colophon/base';
import { AttestationError, parseAttestation, parseBundle, parseProvenance } from '@colophon/attestation';
import { decodePem, importPublicKey } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { haveVectors, hasVector, listVectors, readVector, readVectorText } from '@colophon/vectors';
import {
  evidenceFromProvenance,
  verifyEvidence,
  type Artifact,
  type Evidence,
  type Policies,
  type Policy,
} from '../src/index.ts';
import { distAt, productionRoot, rootAt, stagingRoot } from './evidence-vectors.ts';

/** Real evidence that holds, with what it holds for: every document among the vectors of which that is so. */
export interface Accepted {
  readonly path: string;
  readonly kind: 'attestation' | 'bundle' | 'provenance';
  readonly artifact: () => Artifact;
  readonly root: () => TrustedRoot;
  readonly policies: () => Policies;
}

const only = (policy: Policy) => (): Policies => ({ anyOf: [policy] });
const ofTrail = (repository: string) => only({ kind: 'GitHub', repository: `trailofbits/${repository}` });
const PERSON = only({
  kind: 'identity',
  identity: 'william@yossarian.net',
  issuer: 'https://github.com/login/oauth',
});
const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const GITLAB = 'gitlab_oidc_project-0.0.3.tar.gz';
const SAMPLE = 'sampleproject-3.0.0.tar.gz';
const SPT3G = 'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';

function kindOf(file: string): Accepted['kind'] {
  if (file.endsWith('.provenance')) return 'provenance';
  return file.endsWith('.attestation') ? 'attestation' : 'bundle';
}

function pep740(
  dist: string,
  suffixes: readonly string[],
  policies: () => Policies,
  { root = productionRoot, artifact = () => distAt(dist) }: Partial<Accepted> = {},
): Accepted[] {
  return suffixes.map((suffix) => {
    const path = `pep740/${dist}.${suffix}`;
    return { path, kind: kindOf(path), artifact, root, policies };
  });
}

const CASES = 'conformance/bundle-verify';
const BEACON: Policy = {
  kind: 'identity',
  identity:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
};

function conformance(name: string): Accepted {
  const own = (file: string) => `${CASES}/${name}/${file}`;
  return {
    path: own('bundle.sigstore.json'),
    kind: 'bundle',
    artifact: () => {
      const bytes = readVector(hasVector(own('artifact')) ? own('artifact') : 'conformance/a.txt');
      return { sha256: sha256(bytes), bytes };
    },
    root: () => (hasVector(own('trusted_root.json')) ? rootAt(own('trusted_root.json')) : productionRoot()),
    policies: () => ({ anyOf: [hasVector(own('key.pub')) ? keyPolicy(own('key.pub')) : BEACON] }),
  };
}

function keyPolicy(path: string): Policy {
  const [der = new Uint8Array()] = decodePem(readVectorText(path), 'PUBLIC KEY');
  return { kind: 'key', publicKey: importPublicKey(der) };
}

const all = (): readonly Accepted[] => [
  ...pep740(SDIST, ['publish.attestation', 'slsa.attestation', 'provenance'], ofTrail('pypi-attestations')),
  ...pep740(MODELS, ['attestation', 'sigstore'], ofTrail('pypi-attestation-models')),
  ...pep740(
    GITLAB,
    ['publish.attestation'],
    only({ kind: 'GitLab', repository: 'facutuesca/gitlab-oidc-project' }),
  ),
  ...pep740(
    SAMPLE,
    ['publish.attestation'],
    only({ kind: 'Google', email: '919436158236-compute@developer.gserviceaccount.com' }),
  ),
  ...pep740(WHEEL, ['attestation', 'publish.attestation', 'sigstore'], PERSON, { root: stagingRoot }),
  ...pep740(SPT3G, ['publish.attestation'], PERSON, {
    root: stagingRoot,
    artifact: () => ({
      filename: SPT3G,
      sha256: decodeHex('d2772f9a5199f05ed1be8d9aa78b879e51772e3ead9d73fe8057257b1aec7cf8'),
    }),
  }),
  {
    path: 'conda/conda-attestation.sigstore.json',
    kind: 'bundle',
    artifact: () => ({
      sha256: decodeHex('54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f'),
    }),
    root: productionRoot,
    policies: () => ({
      anyOf: [{ kind: 'GitHub', repository: 'prefix-dev/sigstore-example' }],
      predicateTypes: ['https://schemas.conda.org/attestations-publish-1.schema.json'],
    }),
  },
  ...listVectors(CASES)
    .filter((name) => !name.endsWith('_fail') && hasVector(`${CASES}/${name}/bundle.sigstore.json`))
    .map(conformance),
];

/** All of them; none where there are no vectors. */
export const ACCEPTED: readonly Accepted[] = haveVectors ? all() : [];

function evidenceOf({ kind, path }: Accepted, document: string): readonly Evidence[] {
  if (kind === 'bundle') return [{ kind, name: path, bundle: parseBundle(document) }];
  if (kind === 'provenance') return evidenceFromProvenance(parseProvenance(document), path);
  return [{ kind: 'pep740', name: path, attestation: parseAttestation(document) }];
}

/** Judges a document in the place of the accepted one; one without any evidence fails too. */
export function verifyDocument(accepted: Accepted, document: string): void {
  const evidence = evidenceOf(accepted, document);
  if (evidence.length === 0) throw new AttestationError('ERR_PROVENANCE', 'nothing is attested');
  const { artifact, root, policies } = accepted;
  for (const one of evidence) verifyEvidence(one, artifact(), [root()], policies());
}

export const documentOf = ({ path }: Accepted): string => readVectorText(path);
