// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFolder } from '@colophon/vectors/folder';
import { MissingRequirement } from '../../build/missing-requirement.ts';
import { sha256 } from '../forge/attestation.ts';
import type { PublisherJson, RootName, VerdictCase } from './case.ts';
import { damage } from './damage.ts';

/** Whose work a vector is; those that are not listed are by no publisher that an index knows. */
const PUBLISHERS: Readonly<Record<string, PublisherJson>> = {
  'pypi_attestations-0.0.19.tar.gz': {
    kind: 'GitHub',
    repository: 'trailofbits/pypi-attestations',
    workflow: 'release.yml',
  },
  'pypi_attestation_models-0.0.4a2.tar.gz': {
    kind: 'GitHub',
    repository: 'trailofbits/pypi-attestation-models',
    workflow: 'release.yml',
  },
  'gitlab_oidc_project-0.0.3.tar.gz': {
    kind: 'GitLab',
    repository: 'facutuesca/gitlab-oidc-project',
    workflow_filepath: '.gitlab-ci.yml',
  },
  'sampleproject-3.0.0.tar.gz': {
    kind: 'Google',
    email: '919436158236-compute@developer.gserviceaccount.com',
  },
};

/** What the public-good instance must accept; everything else among the vectors is refused. */
const GOOD: readonly string[] = [
  'pypi_attestations-0.0.19.tar.gz.publish.attestation',
  'pypi_attestations-0.0.19.tar.gz.slsa.attestation',
  'pypi_attestation_models-0.0.4a2.tar.gz.attestation',
  'gitlab_oidc_project-0.0.3.tar.gz.publish.attestation',
  'sampleproject-3.0.0.tar.gz.publish.attestation',
];

const SOMEBODY: PublisherJson = { kind: 'Google', email: 'william@yossarian.net' };
const DIST = /^(.+?(?:\.whl|\.tar\.gz))(?:\.|$)/;
const SEED = 0x5eed;

export interface Vectors {
  /** Every file of the folder that is not itself a distribution, under both public roots. */
  readonly asTheyAre: readonly VerdictCase[];
  /** The good ones, damaged. */
  readonly damaged: readonly VerdictCase[];
  /** Paths of the public trusted roots. */
  readonly roots: Readonly<Record<'public-good' | 'staging', string>>;
}

/** Reads the PEP 740 vectors. Throws MissingRequirement where they are not. */
export function readVectors(): Vectors {
  const pep740 = join(vectorFolder, 'pep740');
  if (!existsSync(pep740)) throw new MissingRequirement(`the PEP 740 vectors are missing at ${pep740}`);
  const evidence = readdirSync(pep740).filter((name) => distOf(name) !== name);
  const asTheyAre = evidence.flatMap((name) =>
    (['public-good', 'staging'] as const).map((root) => vectorCase(pep740, name, root)),
  );
  return {
    asTheyAre,
    damaged: GOOD.flatMap((name) => damagedCases(vectorCase(pep740, name, 'public-good'))),
    roots: {
      'public-good': join(vectorFolder, 'trust', 'public-good', 'trusted_root.json'),
      staging: join(vectorFolder, 'trust', 'staging', 'trusted_root.json'),
    },
  };
}

function distOf(name: string): string {
  return DIST.exec(name)?.[1] ?? name;
}

function vectorCase(folder: string, name: string, root: RootName): VerdictCase {
  const filename = distOf(name);
  const text = readFileSync(join(folder, name), 'utf8');
  const dist = join(folder, filename);
  return {
    kind: 'vector',
    name: `${name} (${root})`,
    field: `[${text}]`,
    publisher: PUBLISHERS[filename] ?? SOMEBODY,
    file: { filename, sha256: existsSync(dist) ? sha256(readFileSync(dist)) : statedDigest(text) },
    root,
    expected: root === 'public-good' && GOOD.includes(name) ? 'accepted' : 'refused',
  };
}

/** Where the distribution itself is no vector: the digest that its statement claims. */
function statedDigest(text: string): string {
  const { envelope } = JSON.parse(text) as { envelope: { statement: string } };
  const statement: unknown = JSON.parse(Buffer.from(envelope.statement, 'base64').toString());
  return (statement as { subject: [{ digest: { sha256: string } }] }).subject[0].digest.sha256;
}

function damagedCases(good: VerdictCase): VerdictCase[] {
  const [document] = JSON.parse(good.field) as unknown[];
  const { expected: _unknown, ...rest } = good;
  return damage(document, SEED).map(({ kind, name, document: changed }) => ({
    ...rest,
    kind,
    name: `${good.file.filename} ${name}`,
    field: JSON.stringify([changed]),
  }));
}
