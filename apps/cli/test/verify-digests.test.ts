// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY, openSigningStage, type SigningStage } from './support/signing-stage.ts';

const TYPE = 'https://example.org/type/v1';
const FILE = 'the file';

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage();
  await stage.write('a.bin', FILE);
});
afterAll(() => stage.close());

const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

async function judge(about: object) {
  const subject = [{ name: 'a.bin', digest: { sha256: hash('sha256', FILE), ...about } }];
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType: TYPE,
    predicate: {},
  };
  await stage.write('statement.json', JSON.stringify(statement));
  const attest = ['attest', 'a.bin', '--statement', 'statement.json', '--bundle', 'a.json', '--overwrite'];
  expect(await stage.run(attest)).toMatchObject({ status: 0 });
  return stage.run(['verify', 'a.bin', '--bundle', 'a.json', '--predicate-type', TYPE, ...IDENTITY]);
}

describe('verify, of a statement that names several digests of a file', () => {
  it.each(['sha384', 'sha512'])('compares %s too', async (algorithm) => {
    expect(await judge({ [algorithm]: hash(algorithm, FILE) })).toMatchObject({ status: 0 });
    expect(await judge({ [algorithm]: hash(algorithm, 'another') })).toMatchObject({
      status: 30,
      report: { files: [{ code: 'ERR_SUBJECT_DIGEST' }] },
    });
  });
});
