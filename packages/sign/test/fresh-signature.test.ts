// SPDX-License-Identifier: Apache-2.0
import { RekorError } from '@colophon/rekor';
import { describe, expect, it } from 'vitest';
import { withFreshSignatures } from '../src/fresh-signature.ts';
import { SignError } from '../src/sign-error.ts';

const DUPLICATE = new RekorError('ERR_REKOR_DUPLICATE', 'has it');
const LATE = new SignError('ERR_SIGN_LATE', 'too late', { details: { late: true } });
const EARLY = new SignError('ERR_TSA_TIMESTAMP', 'too early', { details: { late: false } });

async function signaturesFor(failures: readonly Error[], renewed: boolean): Promise<number | string> {
  let made = 0;
  const signAndLog = async (): Promise<number> => {
    const failure = failures[made];
    made += 1;
    if (failure !== undefined) throw failure;
    return made;
  };
  return await withFreshSignatures(signAndLog, () => Promise.resolve(renewed)).catch(
    (error: Error) => `${error.message}, ${made}`,
  );
}

describe('withFreshSignatures', () => {
  it.each<[string, readonly Error[], boolean, number | string]>([
    ['once where all goes well', [], true, 1],
    ['again for a log that has the signature', [DUPLICATE], false, 2],
    ['again for a signature that came too late, with another certificate', [LATE], true, 2],
    ['not again where the certificate would be the same', [LATE], false, 'too late, 1'],
    ['not again for a clock that is behind', [EARLY], true, 'too early, 1'],
    ['three times at the most', [DUPLICATE, LATE, DUPLICATE, LATE], true, 'has it, 3'],
    ['not again for anything else', [new TypeError('a bug')], true, 'a bug, 1'],
  ])('signs %s', async (_title, failures, renewed, outcome) => {
    expect(await signaturesFor(failures, renewed)).toBe(outcome);
  });

  it('ends with what keeps another certificate from being made', async () => {
    const refused = new Error('no token');
    const signing = withFreshSignatures(
      () => Promise.reject(LATE),
      () => Promise.reject(refused),
    );
    await expect(signing).rejects.toBe(refused);
  });
});
