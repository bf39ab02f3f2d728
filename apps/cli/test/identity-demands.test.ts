// SPDX-License-Identifier: Apache-2.0
import { FULCIO_CLAIM_NAMES } from '@colophon/pki';
import type { Sandbox } from '@colophon/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

/** Whose signature lies beside each file; the files have the names of dists, so that refs can speak of them. */
const SIGNERS: Readonly<Record<string, Parameters<Sandbox['issueToken']>[0]>> = {
  'github-1.0.0.tar.gz': { kind: 'github' },
  'other-1.0.0.tar.gz': { kind: 'github', claims: { runner_environment: 'self-hosted', environment: null } },
  'called-1.0.0.tar.gz': {
    kind: 'github',
    claims: { job_workflow_ref: 'shared-org/builders/.github/workflows/build.yml@refs/heads/main' },
  },
  'gitlab-1.0.0.tar.gz': { kind: 'gitlab' },
  'google-1.0.0.tar.gz': { kind: 'google' },
  'circleci-1.0.0.tar.gz': { kind: 'circleci' },
  'person-1.0.0.tar.gz': { kind: 'dex' },
};
const [GITHUB, OTHER, CALLED, GITLAB, GOOGLE, CIRCLECI, PERSON] = Object.keys(SIGNERS) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const ISSUER = 'https://token.actions.githubusercontent.com';
const NAME = 'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0';
const REPOSITORY = ['--repository', 'octo-org/sample-project'];
const PUBLISHER = ['--publisher', 'github:octo-org/sample-project'];
const PROJECT_ON_GITLAB = ['--publisher', 'gitlab:octo-group/sample-project'];
const PROJECT = '0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201';
const DEFINITION = '8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08';
const SHARED = 'shared-org/builders/.github/workflows/build.yml';
const [IDENTITY, CLAIM, USAGE] = ['ERR_IDENTITY', 'ERR_CLAIM', 'ERR_USAGE'];

/** A flag, words with which it holds for a file, and words with which it does not, each with its code. */
type Row = readonly [
  flag: string,
  file: string,
  holds: readonly (readonly string[])[],
  fails: readonly (readonly [code: string, ...words: string[]])[],
];

const exact = (identity: string, issuer: string, prefix = 'cert') => [
  `--${prefix}-identity`,
  identity,
  `--${prefix}-oidc-issuer`,
  issuer,
];
const pattern = (glob: string, issuer = ISSUER) => [
  '--cert-identity-pattern',
  glob,
  '--cert-oidc-issuer',
  issuer,
];

const FLAGS: readonly Row[] = [
  [
    '--cert-identity with --cert-oidc-issuer',
    GITHUB,
    [exact(NAME, ISSUER), exact(NAME, ISSUER, 'certificate')],
    [
      [IDENTITY, ...exact(NAME.slice(0, -1), ISSUER)],
      [IDENTITY, ...exact(`${NAME}0`, ISSUER)],
      [IDENTITY, ...exact(NAME.replaceAll('.', '-'), ISSUER)],
      [IDENTITY, ...exact('.*', ISSUER)],
      [IDENTITY, ...exact(NAME, `${ISSUER}/`)],
      [IDENTITY, ...exact(NAME, 'https://gitlab.com')],
      [USAGE, '--cert-identity', NAME],
      [USAGE, '--cert-oidc-issuer', ISSUER],
    ],
  ],
  [
    'pairs of identities and issuers',
    GITHUB,
    [
      [...exact('a', 'https://i'), ...exact(NAME, ISSUER)],
      ['--cert-identity', 'a', ...exact(NAME, ISSUER)],
    ],
    // By position, and never as a cross product.
    [[IDENTITY, ...exact(NAME, 'https://i'), ...exact('a', ISSUER)]],
  ],
  [
    '--cert-identity-pattern',
    GITHUB,
    [pattern('https://github.com/octo-org/**'), pattern(NAME.replace('v1.0.0', '*'))],
    [
      [IDENTITY, ...pattern('https://github.com/octo-org/*')],
      [IDENTITY, ...pattern('https://github.com/octo/**')],
      [IDENTITY, ...pattern('**', 'https://gitlab.com')],
    ],
  ],
  [
    '--repository',
    GITHUB,
    [
      REPOSITORY,
      ['--repository', 'Octo-Org/Sample-Project'],
      ['--repository', 'https://github.com/octo-org/sample-project'],
      ['--repository', 'a/b', ...REPOSITORY],
    ],
    [
      [IDENTITY, '--repository', 'octo-org/sample'],
      [IDENTITY, '--repository', 'octo-org/sample-project-2'],
      [IDENTITY, '--repository', 'https://gitlab.com/octo-org/sample-project'],
      [USAGE, '--repository', 'octo-org'],
    ],
  ],
  [
    '--workflow',
    GITHUB,
    [[...REPOSITORY, '--workflow', 'release.yml']],
    [
      [IDENTITY, ...REPOSITORY, '--workflow', 'Release.yml'],
      [IDENTITY, ...REPOSITORY, '--workflow', 'build.yml'],
      [USAGE, '--workflow', 'release.yml'],
    ],
  ],
  [
    '--workflow, which is the caller',
    CALLED,
    [[...REPOSITORY, '--workflow', 'release.yml']],
    [[IDENTITY, ...REPOSITORY, '--workflow', 'build.yml']],
  ],
  [
    '--signer-workflow, which is the called one',
    CALLED,
    [
      [...REPOSITORY, '--signer-workflow', SHARED],
      [...REPOSITORY, '--signer-workflow', `github.com/${SHARED}`],
      [...REPOSITORY, '--signer-workflow', `${SHARED}@refs/heads/main`],
      [...REPOSITORY, '--signer-workflow', SHARED.replace('shared-org', 'Shared-Org')],
    ],
    [
      [CLAIM, ...REPOSITORY, '--signer-workflow', `${SHARED}@refs/heads/dev`],
      [CLAIM, ...REPOSITORY, '--signer-workflow', `ghe.example/${SHARED}`],
      [CLAIM, ...REPOSITORY, '--signer-workflow', SHARED.replace('build.yml', 'Build.yml')],
      [CLAIM, ...REPOSITORY, '--signer-workflow', 'octo-org/sample-project/.github/workflows/release.yml'],
      [USAGE, '--signer-workflow', SHARED],
    ],
  ],
  [
    '--ref',
    GITHUB,
    [
      [...REPOSITORY, '--ref', 'refs/tags/v1.0.0'],
      [...REPOSITORY, '--ref', 'refs/tags/v{version}'],
    ],
    [
      [CLAIM, ...REPOSITORY, '--ref', 'refs/tags/v1.0'],
      [CLAIM, ...REPOSITORY, '--ref', 'v1.0.0'],
      [CLAIM, ...REPOSITORY, '--ref', 'refs/heads/{version}'],
      [CLAIM, ...REPOSITORY, '--ref', 'refs/tags/{name}'],
      [USAGE, ...REPOSITORY, '--ref', '{branch}'],
      [USAGE, ...REPOSITORY, '--ref', 'a', '--ref', 'b'],
    ],
  ],
  [
    '--sha',
    GITHUB,
    [
      [...REPOSITORY, '--sha', COMMIT],
      [...REPOSITORY, '--sha', COMMIT.toUpperCase()],
    ],
    [
      [CLAIM, ...REPOSITORY, '--sha', 'a'.repeat(40)],
      [USAGE, ...REPOSITORY, '--sha', COMMIT.slice(0, 8)],
    ],
  ],
  [
    '--trigger',
    GITHUB,
    [[...REPOSITORY, '--trigger', 'push']],
    [[CLAIM, ...REPOSITORY, '--trigger', 'pull_request']],
  ],
  [
    '--environment',
    GITHUB,
    [[...REPOSITORY, '--environment', 'pypi']],
    [[CLAIM, ...REPOSITORY, '--environment', 'PyPI']],
  ],
  [
    '--environment of a job without one',
    OTHER,
    [REPOSITORY],
    [[CLAIM, ...REPOSITORY, '--environment', 'pypi']],
  ],
  [
    '--deny-self-hosted',
    GITHUB,
    [
      [...REPOSITORY, '--deny-self-hosted'],
      [...REPOSITORY, '--deny-self-hosted-runners'],
    ],
    [],
  ],
  [
    '--deny-self-hosted of such a runner',
    OTHER,
    [REPOSITORY],
    [
      [CLAIM, ...REPOSITORY, '--deny-self-hosted'],
      [CLAIM, ...REPOSITORY, '--deny-self-hosted-runners'],
    ],
  ],
  [
    '--service-account',
    GOOGLE,
    [
      ['--service-account', 'dev@example.com'],
      ['--gcp-service-account', 'dev@example.com'],
      ['--publisher', 'google:dev@example.com'],
    ],
    [
      [IDENTITY, '--service-account', 'dev@example.org'],
      [IDENTITY, ...REPOSITORY],
    ],
  ],
  // The same address by another issuer is someone else.
  [
    '--service-account of a person',
    PERSON,
    [exact('dev@example.com', 'https://github.com/login/oauth')],
    [[IDENTITY, '--service-account', 'dev@example.com']],
  ],
  [
    '--publisher github:',
    GITHUB,
    [
      PUBLISHER,
      ['--publisher', 'github:octo-org/sample-project/release.yml'],
      ['--publisher', 'gitlab:a/b', ...PUBLISHER],
    ],
    [
      [IDENTITY, '--publisher', 'github:octo-org/other'],
      [IDENTITY, '--publisher', 'github:octo-org/sample-project/build.yml'],
      [IDENTITY, '--publisher', 'gitlab:octo-org/sample-project'],
      [USAGE, '--publisher', 'forge:octo-org/sample-project'],
    ],
  ],
  [
    '--publisher gitlab:',
    GITLAB,
    [
      ['--publisher', 'gitlab:octo-group/sample-project'],
      ['--publisher', 'gitlab:octo-group/sample-project//.gitlab-ci.yml'],
      ['--repository', 'https://gitlab.com/octo-group/sample-project', '--workflow', '.gitlab-ci.yml'],
    ],
    [
      [IDENTITY, '--publisher', 'gitlab:Octo-Group/sample-project'],
      [IDENTITY, '--publisher', 'gitlab:octo-group/sample-project//ci.yml'],
      [IDENTITY, '--publisher', 'github:octo-group/sample-project'],
    ],
  ],
  [
    '--signer-workflow on GitLab',
    GITLAB,
    [[...PROJECT_ON_GITLAB, '--signer-workflow', 'gitlab.com/octo-group/sample-project//.gitlab-ci.yml']],
    [
      [CLAIM, ...PROJECT_ON_GITLAB, '--signer-workflow', 'gitlab.com/octo-group/sample-project//ci.yml'],
      [
        CLAIM,
        ...PROJECT_ON_GITLAB,
        '--signer-workflow',
        'gitlab.com/octo-group/sample-project/.gitlab-ci.yml',
      ],
      [USAGE, ...PROJECT_ON_GITLAB, '--signer-workflow', 'gitlab.com/octo-group'],
    ],
  ],
  [
    '--publisher circleci:',
    CIRCLECI,
    [['--publisher', `circleci:${PROJECT}/${DEFINITION}`]],
    [
      [IDENTITY, '--publisher', `circleci:${DEFINITION}/${PROJECT}`],
      [IDENTITY, '--publisher', `circleci:${PROJECT}/${PROJECT}`],
    ],
  ],
  [
    'different flags, which must all hold',
    GITHUB,
    [[...PUBLISHER, ...exact(NAME, ISSUER), '--ref', 'refs/tags/v1.0.0', '--trigger', 'push']],
    [
      [IDENTITY, ...PUBLISHER, ...exact('a', ISSUER)],
      [CLAIM, ...PUBLISHER, '--ref', 'refs/tags/v1.0.0', '--trigger', 'schedule'],
    ],
  ],
  [
    '--predicate-type',
    GITHUB,
    [REPOSITORY],
    [['ERR_NO_EVIDENCE', ...REPOSITORY, '--predicate-type', 'publish']],
  ],
  ['nobody', GITHUB, [], [[USAGE], [USAGE, '--trigger', 'push'], [USAGE, '--claim', 'build-trigger=push']]],
];

describe('what a verification demands of the signer', () => {
  let stage: SigningStage;
  beforeAll(async () => {
    stage = await openSigningStage();
    for (const [file, request] of Object.entries(SIGNERS)) {
      await stage.write(file, `by ${request?.kind}, ${file}`);
      await stage.write('token', await stage.sandbox.issueToken(request));
      const { status, stderr } = await stage.run(['sign', file, '--identity-token-file', 'token']);
      if (status !== 0) throw new Error(`${file} was not signed: ${stderr}`);
    }
  });
  afterAll(() => stage.close());

  async function outcomeOf(file: string, words: readonly string[]): Promise<string> {
    const { status, report } = await stage.run(['verify', file, ...words]);
    const { error, files } = report as { error?: { code: string }; files?: { code?: string }[] };
    const code = error?.code ?? files?.[0]?.code;
    return status === 0 ? 'verified' : `${status} ${code}`;
  }
  const STATUS: Readonly<Record<string, number>> = { ERR_USAGE: 2, ERR_NO_EVIDENCE: 31 };

  const holding = FLAGS.flatMap(([flag, file, holds]) => holds.map((words) => [flag, words, file] as const));
  it.each(holding)('%s: %j holds', async (_flag, words, file) => {
    expect(await outcomeOf(file, words)).toBe('verified');
  });

  const failing = FLAGS.flatMap(([flag, file, , fails]) =>
    fails.map(([code, ...words]) => [flag, words, code, file] as const),
  );
  it.each(failing)('%s: %j is %s', async (_flag, words, code, file) => {
    expect(await outcomeOf(file, words)).toBe(`${STATUS[code] ?? 30} ${code}`);
  });

  it.each(FULCIO_CLAIM_NAMES)('--claim %s is demanded exactly', async (name) => {
    const { report } = await stage.run(['verify', GITHUB, ...REPOSITORY]);
    const [file] = report['files'] as { accepted: { signer: { claims: Record<string, string> } }[] }[];
    const value = file?.accepted[0]?.signer.claims[name] ?? 'none';
    const demand = (text: string) => outcomeOf(GITHUB, [...REPOSITORY, '--claim', `${name}=${text}`]);
    expect(await demand(value)).toBe('verified');
    expect(await demand(`${value}x`)).toBe('30 ERR_CLAIM');
    expect(await demand(value.slice(0, -1) || 'x')).toBe('30 ERR_CLAIM');
    expect(await demand('')).toBe('2 ERR_USAGE');
  });

  it('--claim of what the certificate lacks is not met', async () => {
    const claims = ['--claim', 'deployment-environment=pypi'];
    expect(await outcomeOf(OTHER, [...REPOSITORY, ...claims])).toBe('30 ERR_CLAIM');
  });

  it('--claim of an unknown name, or twice, is a usage error', async () => {
    for (const words of [
      ['--claim', 'issuer=x'],
      ['--claim', 'BuildTrigger=push'],
      ['--claim', 'build-trigger'],
      ['--claim', 'build-trigger=push', '--claim', 'build-trigger=push'],
    ])
      expect(await outcomeOf(GITHUB, [...REPOSITORY, ...words])).toBe('2 ERR_USAGE');
  });
});
