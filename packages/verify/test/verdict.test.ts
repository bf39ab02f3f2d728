// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import {
  encodeStatement,
  parseBundle,
  parseProvenance,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
} from '@colophon/attestation';
import { parseTrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import {
  evidenceFromProvenance,
  judge,
  type Evidence,
  type Policies,
  type Policy,
  type Verdict,
} from '../src/index.ts';
import { claim } from './der.ts';
import { FILE, FILENAME, LEAF, makeBundle, type Recipe } from './miniature.ts';

const OCTO: Policy = { kind: 'GitHub', repository: 'octo/sample' };
const OTHER = 'https://example.org/other/v1';
const ROOT = parseTrustedRoot(makeBundle().root);

function piece(name: string, recipe: Recipe = {}): Evidence {
  return { kind: 'bundle', name, bundle: parseBundle(makeBundle(recipe).bundle) };
}
const ofType = (predicateType: string) => ({
  payload: encodeStatement({
    subjects: [{ name: FILENAME, digest: { sha256: encodeHex(sha256(FILE)) } }],
    predicateType,
    predicate: {},
  }),
});
const stranger = { leafExtensions: LEAF.with(4, claim(12, 'https://github.com/mallory/sample')) };

const publish = piece('publish');
const slsa = piece('slsa', ofType(SLSA_PROVENANCE_PREDICATE_TYPE));
const other = piece('other', ofType(OTHER));
const foreign = piece('foreign', stranger);
const broken = piece('broken', { checkpoint: (note) => `${note}more\n` });

function judgeAll(
  evidence: readonly Evidence[],
  predicateTypes?: readonly string[],
  roots = [ROOT],
): Verdict {
  const policies: Policies = { anyOf: [OCTO], ...(predicateTypes === undefined ? {} : { predicateTypes }) };
  const artifact = { filename: FILENAME, sha256: sha256(FILE) };
  return judge({ evidence, artifact, trustedRoots: roots, policies });
}

const emptied = (key: string) =>
  parseTrustedRoot(JSON.stringify({ ...JSON.parse(makeBundle().root), [key]: [] }));

describe('judge', () => {
  const BOTH = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];
  const table: [string, Verdict['status'], readonly Evidence[], (readonly string[])?][] = [
    ['a publish statement', 'verified', [publish]],
    ['an SLSA statement', 'verified', [slsa]],
    ['both, demanded', 'verified', [publish, slsa], BOTH],
    ['one beside another type', 'verified', [other, publish]],
    ['one beside that of a stranger', 'verified', [foreign, publish]],
    ['another type, demanded', 'verified', [other], [OTHER]],
    ['nothing', 'unsigned', []],
    ['another type only', 'unsigned', [other]],
    ['one of two that are demanded', 'unsigned', [publish], BOTH],
    ['another type than is demanded', 'unsigned', [publish], [OTHER]],
    ['a stranger', 'failed', [foreign]],
    ['a stranger for one of two types', 'failed', [foreign, slsa], BOTH],
    ['broken evidence', 'failed', [broken]],
    ['broken evidence beside good', 'failed', [publish, broken]],
  ];
  it.each(table)('%s is %s', (_title, status, evidence, types) => {
    expect(judgeAll(evidence, types).status).toBe(status);
  });

  it('says what was accepted, what was not counted, and why', () => {
    expect(judgeAll([publish, other, foreign])).toMatchObject({
      accepted: [{ evidence: { name: 'publish' }, predicateType: PUBLISH_PREDICATE_TYPE }],
      notCounted: [
        { evidence: { name: 'other' }, error: { code: 'ERR_PREDICATE_TYPE' } },
        { evidence: { name: 'foreign' }, error: { code: 'ERR_IDENTITY' } },
      ],
    });
    expect(judgeAll([foreign, broken])).toMatchObject({
      code: 'ERR_LOG_CHECKPOINT',
      message: expect.stringContaining('broken'),
      failures: [{ evidence: { name: 'broken' } }],
      notCounted: [{ evidence: { name: 'foreign' } }],
    });
    expect(judgeAll([publish], BOTH)).toMatchObject({
      missing: [SLSA_PROVENANCE_PREDICATE_TYPE],
      accepted: [{ evidence: { name: 'publish' } }],
    });
  });

  it.each([
    ['without a root', []],
    ['without authorities', [emptied('certificateAuthorities')]],
    ['without certificate transparency logs', [emptied('ctlogs')]],
    ['without transparency logs', [emptied('tlogs')]],
  ])('is undecided %s', (_title, roots) => {
    expect(judgeAll([publish], undefined, roots)).toMatchObject({
      status: 'undecided',
      code: 'ERR_TRUST_MATERIAL',
    });
  });

  it('takes an empty provenance object for no evidence', () => {
    for (const bundles of ['[]', '[{"publisher":{"kind":"Forge"},"attestations":[]}]']) {
      const provenance = parseProvenance(`{"version":1,"attestation_bundles":${bundles}}`);
      expect(judgeAll(evidenceFromProvenance(provenance, 'index')).status).toBe('unsigned');
    }
  });

  it('demands a policy even where there is nothing to judge', () => {
    const artifact = { filename: FILENAME, sha256: sha256(FILE) };
    const policies = { anyOf: [] } as unknown as Policies;
    expect(() => judge({ evidence: [], artifact, trustedRoots: [ROOT], policies })).toThrowError(TypeError);
    const wrong = { filename: FILENAME, sha256: sha256(FILE), bytes: new Uint8Array(1) };
    const question = { evidence: [publish], artifact: wrong, trustedRoots: [ROOT] };
    expect(() => judge({ ...question, policies: { anyOf: [OCTO] } })).toThrowError(TypeError);
  });
});
