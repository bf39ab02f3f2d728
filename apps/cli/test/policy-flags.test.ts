// SPDX-License-Identifier: Apache-2.0
import { PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE } from '@colophon/attestation';
import { judge } from '@colophon/verify';
import { haveVectors } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { settleDemand } from '../src/identity/identity-pattern.ts';
import { Arguments } from '../src/options/arguments.ts';
import { readDemands, type Demands } from '../src/identity/policy-flags.ts';
import { openWorld, PRODUCTION } from './support/world.ts';

/** Reads flags given as `--name value` pairs, as the command line's parser hands them on. */
function demandsOf(...words: string[]): Demands {
  const values: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at += 2) {
    const name = (words[at] ?? '').slice(2);
    const value = words[at + 1] === 'TRUE' ? true : words[at + 1];
    values[name] = name in values ? [values[name], value].flat() : value;
  }
  return readDemands(new Arguments([], [], values));
}

const SHA = 'a'.repeat(40);
const UUID = '01234567-89ab-cdef-0123-456789abcdef';
const GITHUB = { kind: 'GitHub', repository: 'o/r' };

describe('identity flags', () => {
  it.each<[string[], unknown[]]>([
    [['--publisher', 'github:o/r/w.yml'], [{ ...GITHUB, workflow: 'w.yml' }]],
    [
      ['--publisher', 'gitlab:n/s/p//.ci.yml'],
      [{ kind: 'GitLab', repository: 'n/s/p', workflowFilepath: '.ci.yml' }],
    ],
    [
      ['--publisher', 'github:o/r', '--publisher', 'google:a@b'],
      [GITHUB, { kind: 'Google', email: 'a@b' }],
    ],
    [['--repository', 'o/r', '--workflow', 'w.yml'], [{ ...GITHUB, workflow: 'w.yml' }]],
    [
      ['--repository', 'https://github.com/o/r', '--repository', 'o/s'],
      [GITHUB, { ...GITHUB, repository: 'o/s' }],
    ],
    [
      ['--repository', 'https://gitlab.com/n/p', '--workflow', 'ci/x.yml'],
      [{ kind: 'GitLab', repository: 'n/p', workflowFilepath: 'ci/x.yml' }],
    ],
    [['--publisher', 'github:o/r/w.yml', '--workflow', 'w.yml'], [{ ...GITHUB, workflow: 'w.yml' }]],
    [
      ['--publisher', `circleci:${UUID}/${UUID}`],
      [{ kind: 'CircleCI', projectId: UUID, pipelineDefinitionId: UUID }],
    ],
    [['--service-account', 'a@b.iam'], [{ kind: 'Google', email: 'a@b.iam' }]],
    [
      ['--cert-identity', 'x', '--cert-oidc-issuer', 'https://i'],
      [{ kind: 'identity', identity: 'x', issuer: 'https://i' }],
    ],
  ])('%j demand %j', (words, anyOf) => {
    expect(demandsOf(...words)).toEqual([{ anyOf }]);
  });

  it('pair patterns and issuers as they pair identities, and both must hold', () => {
    const words = ['--cert-identity', 'a', '--cert-identity-pattern', 'a*', '--cert-oidc-issuer', 'i'];
    expect(demandsOf(...words)).toEqual([
      { anyOf: [{ kind: 'identity', identity: 'a', issuer: 'i' }] },
      { anyOf: [{ kind: 'identity-pattern', pattern: 'a*', issuer: 'i' }] },
    ]);
  });

  it('pair identities and issuers by position', () => {
    const words = [
      '--cert-identity',
      'a',
      '--cert-identity',
      'b',
      '--cert-oidc-issuer',
      'i',
      '--cert-oidc-issuer',
      'j',
    ];
    expect(demandsOf(...words)).toEqual([
      {
        anyOf: [
          { kind: 'identity', identity: 'a', issuer: 'i' },
          { kind: 'identity', identity: 'b', issuer: 'j' },
        ],
      },
    ]);
  });

  it('let several identities share one issuer', () => {
    const words = ['--cert-identity', 'a', '--cert-identity', 'b', '--cert-oidc-issuer', 'i'];
    expect(demandsOf(...words)).toMatchObject([
      {
        anyOf: [
          { identity: 'a', issuer: 'i' },
          { identity: 'b', issuer: 'i' },
        ],
      },
    ]);
  });

  it('put every circumstance on every signer', () => {
    const words = Object.entries({
      publisher: ['github:o/r', 'github:o/s'],
      ref: ['refs/tags/v{version}'],
      sha: [SHA],
      trigger: ['push'],
      environment: ['pypi'],
      'deny-self-hosted': ['TRUE'],
      'signer-workflow': ['org/shared/.github/workflows/b.yml@main'],
      claim: ['build-signer-digest=x=y', 'subject=s'],
    }).flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value]));
    const circumstances = {
      ref: 'refs/tags/v{version}',
      sha: SHA,
      trigger: 'push',
      environment: 'pypi',
      denySelfHosted: true,
      signerWorkflow: 'org/shared/.github/workflows/b.yml@main',
      claims: { 'build-signer-digest': 'x=y', subject: 's' },
    };
    const [first, ...others] = demandsOf(...words);
    expect(others).toEqual([]);
    expect(first.anyOf).toEqual([
      { ...GITHUB, ...circumstances },
      { ...GITHUB, repository: 'o/s', ...circumstances },
    ]);
    // What is read here is what the verifier takes.
    const question = {
      evidence: [],
      artifact: { sha256: new Uint8Array(32) },
      trustedRoots: [],
      policies: settleDemand(first, []).policies,
    };
    expect(judge(question).status).toBe('unsigned');
  });

  it('of different kinds must all hold', () => {
    const words = [
      '--publisher',
      'github:o/r',
      '--cert-identity',
      'x',
      '--cert-oidc-issuer',
      'i',
      '--ref',
      'r',
    ];
    expect(demandsOf(...words)).toEqual([
      { anyOf: [{ ...GITHUB, ref: 'r' }] },
      { anyOf: [{ kind: 'identity', identity: 'x', issuer: 'i', ref: 'r' }] },
    ]);
  });

  it('name predicate types in short or whole, each once', () => {
    const words = ['publish', 'slsa-provenance', 'https://x/y', 'publish'].flatMap((type) => [
      '--predicate-type',
      type,
    ]);
    expect(demandsOf('--publisher', 'github:o/r', ...words)[0].predicateTypes).toEqual([
      PUBLISH_PREDICATE_TYPE,
      SLSA_PROVENANCE_PREDICATE_TYPE,
      'https://x/y',
    ]);
  });

  it('demand the types of the command only where the user demands none', () => {
    const own = new Arguments([], [], { publisher: 'github:o/r' });
    expect(readDemands(own, { predicateTypes: ['urn:a'] })[0].predicateTypes).toEqual(['urn:a']);
    const users = new Arguments([], [], { publisher: 'github:o/r', 'predicate-type': 'urn:b' });
    expect(readDemands(users, { predicateTypes: ['urn:a'] })[0].predicateTypes).toEqual(['urn:b']);
  });

  it.each<[string, string[]]>([
    ['nobody', []],
    ['circumstances of nobody', ['--ref', 'refs/tags/v1', '--claim', 'subject=x']],
    ['a signing workflow that anybody may call', ['--signer-workflow', 'org/shared/.github/workflows/b.yml']],
    ['an identity without issuer', ['--cert-identity', 'x']],
    ['an issuer without identity', ['--cert-oidc-issuer', 'i']],
    [
      'identities and issuers that do not pair',
      ['--cert-identity', 'a', '--cert-oidc-issuer', 'i', '--cert-oidc-issuer', 'j'],
    ],
    [
      'a workflow without a repository',
      ['--cert-identity', 'a', '--cert-oidc-issuer', 'i', '--workflow', 'w.yml'],
    ],
    [
      'a workflow of a service account',
      ['--publisher', 'github:o/r', '--service-account', 'a@b', '--workflow', 'w.yml'],
    ],
    ['two workflows', ['--publisher', 'github:o/r/w.yml', '--workflow', 'x.yml']],
    ['a workflow given twice', ['--repository', 'o/r', '--workflow', 'a.yml', '--workflow', 'b.yml']],
    ['a workflow’s path on GitHub', ['--repository', 'o/r', '--workflow', '.github/workflows/a.yml']],
    ['a ref given twice', ['--repository', 'o/r', '--ref', 'a', '--ref', 'b']],
    ['two service accounts', ['--service-account', 'a@b', '--service-account', 'c@d']],
    ['an unknown placeholder', ['--repository', 'o/r', '--ref', 'refs/tags/{tag}']],
    ['an abbreviated commit', ['--repository', 'o/r', '--sha', 'abc1234']],
    ['a signing workflow without a path', ['--repository', 'o/r', '--signer-workflow', 'b.yml']],
    ['an unknown claim', ['--repository', 'o/r', '--claim', 'colour=blue']],
    ['a claim outside .9 to .24', ['--repository', 'o/r', '--claim', 'issuer=https://i']],
    ['a claim without value', ['--repository', 'o/r', '--claim', 'subject=']],
    ['a claim given twice', ['--repository', 'o/r', '--claim', 'subject=a', '--claim', 'subject=b']],
    ['a predicate type that is no URI', ['--repository', 'o/r', '--predicate-type', 'sbom']],
    ['a repository elsewhere', ['--repository', 'https://example.com/o/r']],
    ['a publisher of an unknown kind', ['--publisher', 'moon:o/r']],
  ])('that name %s are a usage error', (_what, words) => {
    expect(() => demandsOf(...words)).toThrowError(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

describe.runIf(haveVectors)('identity flags on a real release', () => {
  const SDIST = 'pypi_attestations-0.0.19.tar.gz';
  const REPOSITORY = ['--repository', 'TrailOfBits/PyPI-attestations'];
  const WORKFLOW =
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19';
  const ISSUER = ['--cert-oidc-issuer', 'https://token.actions.githubusercontent.com'];
  const PUBLISHER = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
  const OTHER = ['--publisher', 'github:octo-org/sampler/release.yml'];

  it.each<[number, string[]]>([
    [0, REPOSITORY],
    [
      0,
      [...REPOSITORY, '--workflow', 'release.yml', '--ref', 'refs/tags/v{version}', '--trigger', 'release'],
    ],
    [0, [...REPOSITORY, '--deny-self-hosted', '--sha', '08802EFE1F8E5FEC4AD842D6B8CE97656092EE72']],
    [0, [...REPOSITORY, '--claim', 'source-repository-owner-identifier=2314423']],
    [0, [...REPOSITORY, '--signer-workflow', 'trailofbits/pypi-attestations/.github/workflows/release.yml']],
    [0, ['--cert-identity', WORKFLOW, ...ISSUER]],
    [0, ['--certificate-identity', WORKFLOW, '--certificate-oidc-issuer', ISSUER[1] ?? '']],
    [0, [...OTHER, ...PUBLISHER]],
    [0, [...PUBLISHER, '--cert-identity', WORKFLOW, ...ISSUER, ...REPOSITORY]],
    [30, [...REPOSITORY, '--workflow', 'other.yml']],
    [30, [...REPOSITORY, '--ref', 'refs/tags/v{version}.0.0.0.1']],
    [30, [...REPOSITORY, '--trigger', 'push']],
    [30, [...REPOSITORY, '--environment', 'pypi']],
    [30, [...REPOSITORY, '--sha', SHA]],
    [30, [...REPOSITORY, '--claim', 'deployment-environment=pypi']],
    [30, [...REPOSITORY, '--signer-workflow', 'octo-org/sampler/.github/workflows/release.yml']],
    [30, ['--cert-identity', WORKFLOW, '--cert-oidc-issuer', 'https://token.actions.githubusercontent.co']],
    [30, ['--cert-identity', WORKFLOW.slice(0, -1), ...ISSUER]],
    [30, [...PUBLISHER, '--cert-identity', 'someone@example.com', '--cert-oidc-issuer', 'https://i']],
    [30, [...PUBLISHER, '--repository', 'octo-org/sampler']],
    [30, [...PUBLISHER, '--service-account', 'a@b']],
    [30, OTHER],
  ])('exit %i for %j', async (status, words) => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
    const transcript = await world.run('verify', SDIST, ...words, ...PRODUCTION);
    expect(transcript).toMatchObject({ status });
  });
});
