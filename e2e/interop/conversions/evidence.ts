// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFolder } from '@colophon/vectors/folder';
import { MissingRequirement } from '../build/missing-requirement.ts';

/** Real evidence of the public-good instance about one distribution. */
export interface RealEvidence {
  readonly dist: string;
  /** Files beside the dist, after its name: converted together. */
  readonly sources: readonly string[];
  readonly identity: string;
  readonly issuer: string;
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const WORKFLOW = '.github/workflows/release.yml@refs/tags';

export const REAL_EVIDENCE: readonly RealEvidence[] = [
  {
    dist: 'pypi_attestations-0.0.19.tar.gz',
    sources: ['.provenance'],
    identity: `https://github.com/trailofbits/pypi-attestations/${WORKFLOW}/v0.0.19`,
    issuer: GITHUB,
  },
  {
    dist: 'pypi_attestations-0.0.19.tar.gz',
    sources: ['.publish.attestation', '.slsa.attestation'],
    identity: `https://github.com/trailofbits/pypi-attestations/${WORKFLOW}/v0.0.19`,
    issuer: GITHUB,
  },
  {
    dist: 'pypi_attestation_models-0.0.4a2.tar.gz',
    sources: ['.attestation'],
    identity: `https://github.com/trailofbits/pypi-attestation-models/${WORKFLOW}/v0.0.4a2`,
    issuer: GITHUB,
  },
  {
    dist: 'gitlab_oidc_project-0.0.3.tar.gz',
    sources: ['.publish.attestation'],
    identity: 'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
    issuer: 'https://gitlab.com',
  },
  {
    dist: 'sampleproject-3.0.0.tar.gz',
    sources: ['.publish.attestation'],
    identity: '919436158236-compute@developer.gserviceaccount.com',
    issuer: 'https://accounts.google.com',
  },
];

/** A bundle and what pypi-attestations made of the same signature. */
export const REAL_BUNDLE: RealEvidence = {
  dist: 'pypi_attestation_models-0.0.4a2.tar.gz',
  sources: ['.sigstore'],
  identity: `https://github.com/trailofbits/pypi-attestation-models/${WORKFLOW}/v0.0.4a2`,
  issuer: GITHUB,
};

export interface RealFiles {
  /** Of the distributions, and what lies beside them. */
  readonly folder: string;
  readonly trustedRoot: string;
}

/** Finds the files. Throws MissingRequirement where they are not. */
export function findRealFiles(): RealFiles {
  const folder = join(vectorFolder, 'pep740');
  if (!existsSync(folder)) throw new MissingRequirement(`the PEP 740 vectors are missing at ${folder}`);
  return { folder, trustedRoot: join(vectorFolder, 'trust', 'public-good', 'trusted_root.json') };
}
