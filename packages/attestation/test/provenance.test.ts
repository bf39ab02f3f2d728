// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttestationError, encodeProvenance, parseProvenance, type Publisher } from '../src/index.ts';
import { attestation, publisher } from './arbitraries.ts';

const gitHub = { kind: 'GitHub', repository: 'o/r', workflow: 'release.yml' };

function provenance(object: unknown, attestations: unknown = []): string {
  return JSON.stringify({ version: 1, attestation_bundles: [{ publisher: object, attestations }] });
}

function publisherOf(object: unknown): Publisher | undefined {
  return parseProvenance(provenance(object)).bundles[0]?.publisher;
}

describe('parseProvenance', () => {
  it.each<[string, object, Publisher]>([
    ['GitHub', { ...gitHub, environment: 'pypi' }, { ...gitHub, kind: 'GitHub', environment: 'pypi' }],
    ['GitHub without the key of an environment', gitHub, { ...gitHub, kind: 'GitHub' }],
    ['GitHub with an environment of null', { ...gitHub, environment: null }, { ...gitHub, kind: 'GitHub' }],
    ['GitHub with an empty environment', { ...gitHub, environment: '' }, { ...gitHub, kind: 'GitHub' }],
    ['GitHub with claims of null', { ...gitHub, claims: null }, { ...gitHub, kind: 'GitHub' }],
    [
      'GitHub with keys of tomorrow',
      { ...gitHub, owner_id: 7, claims: { ref: 'x' } },
      { ...gitHub, kind: 'GitHub', extra: { owner_id: 7, claims: { ref: 'x' } } },
    ],
    [
      'GitLab',
      { kind: 'GitLab', repository: 'n/s/p', workflow_filepath: 'ci/x.yml', environment: '' },
      { kind: 'GitLab', repository: 'n/s/p', workflowFilepath: 'ci/x.yml' },
    ],
    ['Google', { kind: 'Google', email: 'a@b' }, { kind: 'Google', email: 'a@b' }],
    [
      'CircleCI',
      { kind: 'CircleCI', project_id: 'p', pipeline_definition_id: 'd', vcs_origin: 'h/o/r', vcs_ref: null },
      { kind: 'CircleCI', projectId: 'p', pipelineDefinitionId: 'd', vcsOrigin: 'h/o/r' },
    ],
    [
      'an unknown kind',
      { kind: 'ActiveState', organization: 'o', claims: { a: null } },
      { kind: 'unknown', name: 'ActiveState', claims: { organization: 'o', claims: { a: null } } },
    ],
    [
      'a kind with the name of a method',
      { kind: '__proto__' },
      { kind: 'unknown', name: '__proto__', claims: {} },
    ],
  ])('reads the publisher %s', (_title, object, expected) => {
    expect(publisherOf(object)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['no kind', { repository: 'o/r' }],
    ['an empty kind', { kind: '' }],
    ['a kind that is a number', { kind: 1 }],
    ['GitHub without a repository', { kind: 'GitHub', workflow: 'x' }],
    ['GitHub with an empty workflow', { ...gitHub, workflow: '' }],
    ['GitHub with an environment that is a list', { ...gitHub, environment: ['pypi'] }],
    ['GitLab with the key of GitHub', { kind: 'GitLab', repository: 'o/r', workflow: 'x' }],
    ['Google without an address', { kind: 'Google' }],
    ['null', null],
    ['text', 'GitHub'],
  ])('refuses a publisher that is %s', (_title, object) => {
    expect(() => publisherOf(object)).toThrowError(expect.objectContaining({ code: 'ERR_PROVENANCE' }));
  });

  it('shows that there is nothing to verify', () => {
    expect(parseProvenance('{"version":1,"attestation_bundles":[]}').bundles).toEqual([]);
    expect(parseProvenance(provenance(gitHub)).bundles[0]?.attestations).toEqual([]);
  });

  it.each([
    ['no version', '{"attestation_bundles":[]}'],
    ['another version', '{"version":2,"attestation_bundles":[]}'],
    ['a list that is null', '{"version":1,"attestation_bundles":null}'],
    ['an unknown key', '{"version":1,"attestation_bundles":[],"extra":1}'],
    [
      'an unknown key in a bundle',
      '{"version":1,"attestation_bundles":[{"publisher":{"kind":"x"},"attestations":[],"y":1}]}',
    ],
    ['an attestation that is none', provenance(gitHub, [{}])],
    [
      'an endless list',
      provenance(
        gitHub,
        Array.from({ length: 2000 }, () => ({})),
      ),
    ],
  ])('refuses %s', (_title, text) => {
    expect(() => parseProvenance(text)).toThrowError(expect.objectContaining({ code: 'ERR_PROVENANCE' }));
  });

  it.each([
    ['HTML', '<!doctype html>', 'ERR_JSON'],
    ['a key twice', '{"version":1,"version":1,"attestation_bundles":[]}', 'ERR_JSON'],
    ['no list of attestations', '{"version":1}', 'ERR_JSON_KIND'],
    ['an attestation', '{"version":1,"verification_material":{},"envelope":{}}', 'ERR_JSON_KIND'],
  ])('tells %s apart', (_title, text, code) => {
    expect(() => parseProvenance(text)).toThrowError(expect.objectContaining({ code }));
  });

  it('lets only typed errors out, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseProvenance(text)).toThrowError(AttestationError);
        expect(() => parseProvenance(`{"version":1,"attestation_bundles":[${text}]}`)).toThrowError(
          expect.objectContaining({ code: 'ERR_PROVENANCE' }),
        );
      }),
    );
  });

  it('undoes encodeProvenance', () => {
    const bundles = fc.array(
      fc.record({ publisher, attestations: fc.array(attestation, { maxLength: 2 }) }),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(fc.record({ bundles }), (value) => {
        expect(parseProvenance(encodeProvenance(value))).toEqual(value);
      }),
    );
  });

  it('writes a missing environment as null, as PyPI does', () => {
    const text = encodeProvenance({
      bundles: [{ publisher: { kind: 'GitHub', repository: 'o/r', workflow: 'x' }, attestations: [] }],
    });
    expect(text).toContain('"environment":null');
  });
});
