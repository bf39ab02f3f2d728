// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { attestationFromBundle, parseBundle } from '@colophon/attestation';
import { parseDistFilename } from '@colophon/dist';
import { parseTrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import {
  policyForPublisher,
  verifyEvidence,
  type Circumstances,
  type Evidence,
  type Policies,
  type Policy,
} from '../src/index.ts';
import { matchesRef } from '../src/ref-template.ts';
import { claim, der, extension, sequence, text, uriName } from './der.ts';
import { FILE, FILENAME, ISSUER, LEAF, makeBundle, WORKFLOW } from './miniature.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });

function verifyLeaf(leafExtensions: readonly Uint8Array[], ...anyOf: [Policy, ...Policy[]]) {
  const { bundle, root } = makeBundle({ leafExtensions });
  const evidence = { kind: 'bundle', name: 'bundle', bundle: parseBundle(bundle) } as const;
  const artifact = { filename: FILENAME, sha256: sha256(FILE) };
  return verifyEvidence(evidence, artifact, [parseTrustedRoot(root)], { anyOf });
}

const emailName = (email: string) => extension('2.5.29.17', sequence(der(0x81, text(email))), true);
const OCTO: Policy = { kind: 'GitHub', repository: 'octo/sample', workflow: 'release.yml' };

describe('policies', () => {
  const full = [
    ...LEAF,
    claim(9, 'https://github.com/Org/Shared/.github/workflows/build.yml@refs/tags/v2'),
    claim(11, 'github-hosted'),
    claim(20, 'push'),
    claim(23, 'pypi-release'),
  ];
  const met: [string, Circumstances][] = [
    ['an environment', { environment: 'pypi-release' }],
    ['a called workflow of any version', { signerWorkflow: 'org/shared/.github/workflows/build.yml' }],
    [
      'a called workflow of one version',
      { signerWorkflow: 'github.com/org/shared/.github/workflows/build.yml@refs/tags/v2' },
    ],
    ['a runner of the host', { denySelfHosted: true }],
    ['a runner of any kind', { denySelfHosted: false }],
    ['a tag of this version', { ref: 'refs/tags/v{version}' }],
    ['any claim', { claims: { 'deployment-environment': 'pypi-release', 'build-trigger': 'push' } }],
  ];
  it.each(met)('are met by %s', (_title, more) => {
    expect(verifyLeaf(full, { ...OCTO, ...more }).policy).toBe(0);
  });

  const unmet: [string, Circumstances][] = [
    ['an environment', { environment: 'pypi-release' }],
    ['a called workflow', { signerWorkflow: 'org/shared/.github/workflows/build.yml' }],
    ['a runner of the host', { denySelfHosted: true }],
    ['a trigger', { trigger: 'push' }],
    ['a claim', { claims: { 'run-invocation-uri': 'https://github.com/octo/sample/actions/runs/1' } }],
  ];
  it.each(unmet)('are not met by a certificate that does not name %s', (_title, more) => {
    expect(() => verifyLeaf(LEAF, { ...OCTO, ...more })).toThrowError(throwsCode('ERR_CLAIM'));
  });

  it('accept any of several, and say which', () => {
    const other: Policy = { kind: 'Google', email: 'a@example.org' };
    expect(verifyLeaf(LEAF, other, OCTO, other).policy).toBe(1);
    expect(() => verifyLeaf(LEAF, other, { ...OCTO, workflow: 'x.yml' })).toThrowError(
      throwsCode('ERR_IDENTITY'),
    );
    expect(() => verifyLeaf(LEAF, other, { ...OCTO, sha: 'b'.repeat(40) })).toThrowError(
      throwsCode('ERR_CLAIM'),
    );
  });

  it('take a service account by its address for mail, and not by another form of name', () => {
    const [policy, issuer] = [
      { kind: 'Google', email: 'a@example.org' } as const,
      claim(8, 'https://accounts.google.com'),
    ];
    expect(verifyLeaf(LEAF.with(2, emailName(policy.email)).with(3, issuer), policy).policy).toBe(0);
    for (const other of [uriName(policy.email), emailName(`b${policy.email}`)])
      expect(() => verifyLeaf(LEAF.with(2, other).with(3, issuer), policy)).toThrowError(
        throwsCode('ERR_IDENTITY'),
      );
    expect(() => verifyLeaf(LEAF.with(2, emailName(policy.email)), policy)).toThrowError(
      throwsCode('ERR_IDENTITY'),
    );
  });

  it('take the workflow of a release that was made from a commit', () => {
    const sha = 'a'.repeat(40);
    const atCommit = LEAF.toSpliced(6, 2, claim(18, WORKFLOW.replace(/@.*/, `@${sha}`)));
    expect(verifyLeaf(atCommit, OCTO).policy).toBe(0);
    const elsewhere = LEAF.with(7, claim(18, WORKFLOW.replace(/@.*/, '@refs/heads/x')));
    expect(() => verifyLeaf(elsewhere, OCTO)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  it("are not met by another host's certificate with the same claims", () => {
    const gitLab = LEAF.with(3, claim(8, 'https://gitlab.com'));
    expect(() => verifyLeaf(gitLab, OCTO)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  it('compare an exact identity and its issuer, both', () => {
    const policy: Policy = { kind: 'identity', identity: WORKFLOW, issuer: ISSUER };
    expect(verifyLeaf(LEAF, policy).policy).toBe(0);
    const others = [
      LEAF.with(2, uriName(`${WORKFLOW}x`)),
      LEAF.with(3, claim(8, `${ISSUER}/`)),
      LEAF.toSpliced(3, 1),
    ];
    for (const leaf of others)
      expect(() => verifyLeaf(leaf, policy)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  it('compare a project on gitlab.com, with its case and its CI definition', () => {
    const project = 'https://gitlab.com/octo/group/sample';
    const policy = { kind: 'GitLab', repository: 'octo/group/sample' } as const;
    const whole = { ...policy, workflowFilepath: 'ci/release.yml' };
    const config = (path: string) => claim(18, `${project}//${path}`);
    const leaf = LEAF.with(3, claim(8, 'https://gitlab.com'))
      .with(4, claim(12, project))
      .with(7, config('ci/release.yml@refs/tags/v1.0'));
    for (const one of [policy, whole]) expect(verifyLeaf(leaf, one).policy).toBe(0);
    const atCommit = leaf.with(7, config(`ci/release.yml@${'a'.repeat(40)}`));
    expect(verifyLeaf(atCommit, whole).policy).toBe(0);
    expect(policyForPublisher({ ...whole, extra: {} })).toEqual(whole);
    const others: [readonly Uint8Array[], Policy][] = [
      [leaf.with(3, claim(8, ISSUER)), whole],
      [leaf.with(3, claim(8, 'https://gitlab.com.example')), whole],
      [leaf, { ...policy, repository: 'octo/group' }],
      [leaf, { ...policy, repository: 'Octo/group/sample' }],
      [leaf, { ...whole, workflowFilepath: 'release.yml' }],
      [leaf, { ...whole, workflowFilepath: 'CI/release.yml' }],
      [leaf.with(7, config('ci/release.yml@refs/heads/x')), whole],
      [leaf.toSpliced(7, 1), whole],
    ];
    for (const [extensions, other] of others)
      expect(() => verifyLeaf(extensions, other)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  it('cannot demand of a PEP 740 attestation another type than it may have', () => {
    const predicateType = 'https://example.org/x';
    const subject = [{ name: FILENAME, digest: { sha256: encodeHex(sha256(FILE)) } }];
    const type = 'https://in-toto.io/Statement/v1';
    const payload = text(JSON.stringify({ _type: type, subject, predicateType, predicate: {} }));
    const { bundle: made, root } = makeBundle({ payload });
    const bundle = parseBundle(made);
    const { attestation } = attestationFromBundle(bundle);
    const judge = (evidence: Evidence) =>
      verifyEvidence(evidence, { filename: FILENAME, sha256: sha256(FILE) }, [parseTrustedRoot(root)], {
        anyOf: [OCTO],
        predicateTypes: [predicateType],
      });
    expect(judge({ kind: 'bundle', name: 'bundle', bundle }).predicateType).toBe(predicateType);
    expect(() => judge({ kind: 'pep740', name: 'attestation', attestation })).toThrowError(
      throwsCode('ERR_PREDICATE_TYPE'),
    );
  });

  it('compare a project on CircleCI', () => {
    const policy = { kind: 'CircleCI', projectId: 'p-1', pipelineDefinitionId: 'd-2' } as const;
    const leaf = LEAF.with(3, claim(8, 'https://oidc.circleci.com'))
      .with(4, claim(12, 'github.com/octo/sample'))
      .concat(claim(9, 'https://circleci.com/api/v2/projects/p-1/pipeline-definitions/d-2'));
    const whole = { ...policy, vcsOrigin: 'github.com/octo/sample', vcsRef: 'refs/tags/v1.0' };
    for (const one of [policy, whole]) expect(verifyLeaf(leaf, one).policy).toBe(0);
    const publisher = policyForPublisher({ ...whole, extra: {} });
    expect(publisher).toEqual(whole);
    const others: [readonly Uint8Array[], Policy][] = [
      [leaf, { ...policy, projectId: 'p-2' }],
      [leaf, { ...policy, pipelineDefinitionId: 'd-1' }],
      [leaf, { ...policy, vcsOrigin: 'github.com/octo/other' }],
      [leaf, { ...policy, vcsRef: 'refs/tags/v1' }],
      [leaf.with(3, claim(8, ISSUER)), policy],
      [leaf.slice(0, -1), policy],
    ];
    for (const [extensions, other] of others)
      expect(() => verifyLeaf(extensions, other)).toThrowError(throwsCode('ERR_IDENTITY'));
  });

  const mistaken: [string, unknown][] = [
    ['no policy', { anyOf: [] }],
    ['no list', {}],
    ['an empty list of types', { anyOf: [OCTO], predicateTypes: [] }],
    ['an unknown kind', { anyOf: [{ kind: 'Forge' }] }],
    ['a misspelt demand', { anyOf: [{ ...OCTO, enviroment: 'pypi' }] }],
    ['an empty demand', { anyOf: [{ ...OCTO, ref: '' }] }],
    ['an unknown claim', { anyOf: [{ ...OCTO, claims: { 'run-uri': 'x' } }] }],
    ['an empty claim', { anyOf: [{ ...OCTO, claims: { 'build-trigger': '' } }] }],
    ['an identity without an issuer', { anyOf: [{ kind: 'identity', identity: 'x' }] }],
    ['an owner without a repository', { anyOf: [{ kind: 'GitHub', repository: 'octo' }] }],
    ['a third part of a repository', { anyOf: [{ kind: 'GitHub', repository: 'octo/sample/more' }] }],
    [
      'the URL of a repository',
      { anyOf: [{ kind: 'GitHub', repository: 'https://github.com/octo/sample' }] },
    ],
    ['a called workflow without a path', { anyOf: [{ ...OCTO, signerWorkflow: 'octo/sample' }] }],
    ['a flag that is a text', { anyOf: [{ ...OCTO, denySelfHosted: 'no' }] }],
  ];
  it.each(mistaken)('of a caller who gives %s are a TypeError', (_title, policies) => {
    const { bundle, root } = makeBundle();
    const evidence = { kind: 'bundle', name: 'bundle', bundle: parseBundle(bundle) } as const;
    const artifact = { filename: FILENAME, sha256: sha256(FILE) };
    expect(() =>
      verifyEvidence(evidence, artifact, [parseTrustedRoot(root)], policies as Policies),
    ).toThrowError(TypeError);
  });

  it('can be made of a publisher, unless it is of an unknown kind', () => {
    expect(policyForPublisher({ kind: 'GitHub', repository: 'o/r', workflow: 'w.yml' })).toEqual({
      kind: 'GitHub',
      repository: 'o/r',
      workflow: 'w.yml',
    });
    expect(policyForPublisher({ kind: 'unknown', name: 'Forge', claims: {} })).toBeUndefined();
  });
});

describe('matchesRef', () => {
  const dist = parseDistFilename('my_package-1.0.0rc1-py3-none-any.whl');
  it.each([
    ['refs/tags/v{version}', 'refs/tags/v1.0rc1'],
    ['refs/tags/v{version}', 'refs/tags/v1.0.0-rc.1'],
    ['refs/tags/{version}', 'refs/tags/v1.0.0rc1'],
    ['refs/tags/{name}-{version}', 'refs/tags/My.Package-1.0.0RC1'],
    ['refs/tags/{name}/{version}/x', 'refs/tags/my-package/1rc1/x'],
    ['refs/heads/main', 'refs/heads/main'],
  ])('%s is %s', (template, ref) => {
    expect(matchesRef(template, ref, dist)).toBe(true);
  });

  it.each([
    ['refs/tags/v{version}', 'refs/tags/v1.0'],
    ['refs/tags/v{version}', 'refs/tags/v1.0rc1+local'],
    ['refs/tags/v{version}', 'refs/tags/v1.0rc1/x'],
    ['refs/tags/v{version}', 'x/refs/tags/v1.0rc1'],
    ['refs/tags/v{version}', 'refs/tags/v'],
    ['refs/tags/{name}-{version}', 'refs/tags/other-1.0rc1'],
    ['refs/tags/.*', 'refs/tags/v1'],
    ['refs/tags/v{version}', `refs/tags/v${'0'.repeat(600)}`],
  ])('%s is not %s', (template, ref) => {
    expect(matchesRef(template, ref, dist)).toBe(false);
  });
});
