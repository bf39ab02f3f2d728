// SPDX-License-Identifier: Apache-2.0
import { verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { forgeAttestation, preAuthEncoding } from '../index/forge/attestation.ts';
import { forgeSigstore } from '../index/forge/authority.ts';
import { PAYLOAD_TYPE } from '../index/forge/facts.ts';
import type { VerdictCase } from '../index/verdicts/case.ts';
import { type Compared, countVerdicts, faultsOfVerdicts } from '../index/verdicts/compare.ts';
import { damage } from '../index/verdicts/damage.ts';
import { STRICTER } from '../index/verdicts/stricter.ts';

const yes = { accepted: true, words: '' };
const no = { accepted: false, words: 'no' };

function judged(
  name: string,
  verdicts: Pick<Compared, 'index' | 'library'>,
  more: Partial<VerdictCase> = {},
): Compared {
  const file = { filename: 'demo-1.0.tar.gz', sha256: '00' };
  const publisher = { kind: 'Google', email: 'a@b.test' } as const;
  return { one: { kind: 'kind', name, field: '[]', publisher, file, root: 'forged', ...more }, ...verdicts };
}

/** What the table says, as if it had happened. */
const listed = STRICTER.flatMap(({ kind, names }) =>
  names.map((name) => judged(name, { index: no, library: yes }, { kind })),
);

it('finds no fault where verdicts agree, and differ only as the table says', () => {
  const agreed = [judged('a', { index: yes, library: yes }), judged('b', { index: no, library: no })];
  expect(faultsOfVerdicts([...listed, ...agreed])).toEqual([]);
  expect(countVerdicts([...listed, ...agreed])).toMatchObject({
    accepted: 1,
    refused: 1,
    stricter: listed.length,
  });
});

it.each<[string, Compared, RegExp]>([
  ['laxer', judged('a', { index: yes, library: no }), /^kind \| a: the index accepts what/],
  ['stricter than the table', judged('a', { index: no, library: yes }), /^kind \| a: the index refuses what/],
  [
    'wrong about a good one, both of them',
    judged('a', { index: no, library: no }, { expected: 'accepted' }),
    /^kind \| a: pypi-attestations should have accepted it/,
  ],
])('an index that is %s is a fault', (_title, one, words) => {
  expect(faultsOfVerdicts([...listed, one])).toEqual([expect.stringMatching(words)]);
});

it('a row of the table that does not happen is a fault', () => {
  expect(faultsOfVerdicts(listed.slice(1))).toEqual([
    expect.stringContaining('listed as stricter, and is not'),
  ]);
});

it('no case stands in the table twice', () => {
  const keys = listed.map(({ one: { kind, name } }) => `${kind}|${name}`);
  expect(new Set(keys).size).toBe(keys.length);
});

it('damages the same way for the same seed, one thing at a time', () => {
  const document = { version: 1, list: [{ text: 'abc', bytes: Buffer.alloc(30, 7).toString('base64') }] };
  const [first, second] = [damage(document, 7), damage(document, 7)];
  expect(first).toEqual(second);
  expect(first).not.toEqual(damage(document, 8));
  expect(new Set(first.map(({ kind }) => kind)).size).toBe(5);
  for (const { document: changed } of first) expect(changed).not.toEqual(document);
});

it('forges attestations whose signature is the certificate’s', () => {
  const { verification_material: material, envelope } = forgeAttestation(forgeSigstore());
  const certificate = `-----BEGIN CERTIFICATE-----\n${material.certificate}\n-----END CERTIFICATE-----\n`;
  const signed = preAuthEncoding(PAYLOAD_TYPE, Buffer.from(envelope.statement, 'base64'));
  expect(verify('sha256', signed, certificate, Buffer.from(envelope.signature, 'base64'))).toBe(true);
});
