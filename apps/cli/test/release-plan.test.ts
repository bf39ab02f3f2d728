// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRelease, stepFor, type FileFacts, type Step } from '../src/release/release-plan.ts';

const NOTHING: FileFacts = {
  onIndex: 'absent',
  uploadedBefore: false,
  evidence: false,
  signedBefore: false,
  trouble: false,
};
const MANNER = { attesting: true, overwrite: false };

describe('the step of a file', () => {
  const cases: [title: string, facts: Partial<FileFacts>, manner: Partial<typeof MANNER>, step: Step][] = [
    ['is signed when nothing is known', {}, {}, 'sign'],
    ['is sent without a signature where none are wanted', {}, { attesting: false }, 'upload'],
    ['is sent with the evidence that is there', { evidence: true }, {}, 'upload'],
    ['has its old signature completed', { signedBefore: true }, {}, 'log'],
    ['prefers whole evidence to a mere signature', { evidence: true, signedBefore: true }, {}, 'upload'],
    [
      'is signed anew when that is wanted',
      { evidence: true, signedBefore: true },
      { overwrite: true },
      'sign',
    ],
    ['waits where the index took it and does not show it', { uploadedBefore: true }, {}, 'await'],
    ['waits rather than sign anew', { uploadedBefore: true }, { overwrite: true }, 'await'],
    ['is only read back where it is there', { onIndex: 'same', uploadedBefore: true }, {}, 'read-back'],
    ['is only read back, whatever is wanted', { onIndex: 'same' }, { overwrite: true }, 'read-back'],
    ['stops where something is wrong', { trouble: true, evidence: true, onIndex: 'same' }, {}, 'stop'],
  ];
  it.each(cases)('%s', (_title, facts, manner, step) => {
    expect(stepFor({ ...NOTHING, ...facts }, { ...MANNER, ...manner })).toBe(step);
  });
});

const anyFacts = fc.record({
  onIndex: fc.constantFrom('absent' as const, 'same' as const),
  uploadedBefore: fc.boolean(),
  evidence: fc.boolean(),
  signedBefore: fc.boolean(),
  trouble: fc.boolean(),
});
const anyManner = fc.record({ attesting: fc.boolean(), overwrite: fc.boolean() });

function isSound(facts: FileFacts, manner: typeof MANNER): boolean {
  const step = stepFor(facts, manner);
  const leftAlone = facts.onIndex === 'absent' || ['stop', 'read-back'].includes(step);
  return leftAlone && (manner.attesting || !['log', 'sign'].includes(step));
}

describe('the plan of a release', () => {
  it('does nothing for any file while one is in trouble', () => {
    fc.assert(
      fc.property(fc.array(anyFacts), anyManner, (files, manner) => {
        const steps = planRelease(files, manner);
        expect(steps).toHaveLength(files.length);
        const stopping = files.some(({ trouble }) => trouble);
        if (stopping) expect(steps.filter((step) => step !== 'stop' && step !== 'hold')).toEqual([]);
        else expect(steps).not.toContain('hold');
      }),
    );
  });

  it('never sends or signs what is on the index, and never signs where no attestations are wanted', () => {
    expect(() => fc.assert(fc.property(anyFacts, anyManner, isSound))).not.toThrow();
  });
});
