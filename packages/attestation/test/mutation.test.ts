// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { haveVectors, listVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import {
  AttestationError,
  encodeAttestation,
  encodeBundle,
  encodeProvenance,
  encodeStatement,
  parseAttestation,
  parseBundle,
  parseProvenance,
  parseStatement,
} from '../src/index.ts';
import { meaning, mutants } from './mutation.ts';

type Recode = (text: string) => string;
const recodeBundle: Recode = (text) => encodeBundle(parseBundle(text));
const recodeAttestation: Recode = (text) => encodeAttestation(parseAttestation(text));
const recodeProvenance: Recode = (text) => encodeProvenance(parseProvenance(text));
const recodeStatement: Recode = (text) => Buffer.from(encodeStatement(parseStatement(text))).toString();

type Outcome = 'refused' | 'kept' | 'lost' | 'leaked';

// What is accepted must come out again: a field that a parser passes over in silence is lost.
function outcome(document: unknown, recode: Recode): Outcome {
  try {
    const again: unknown = JSON.parse(recode(JSON.stringify(document)));
    return isDeepStrictEqual(meaning(again), meaning(document)) ? 'kept' : 'lost';
  } catch (error) {
    return error instanceof AttestationError ? 'refused' : 'leaked';
  }
}

function outcomes(text: string, recode: Recode): Map<Outcome, string[]> {
  const results = [...mutants(JSON.parse(text))].map(({ what, document }) => ({
    what,
    outcome: outcome(document, recode),
  }));
  const groups = Map.groupBy(results, (result) => result.outcome);
  return new Map([...groups].map(([name, group]) => [name, group.map(({ what }) => what)]));
}

describe.runIf(haveVectors)('a real document with one field changed', () => {
  const bundles = listVectors('conformance/bundle-verify').filter(
    (name) => !/_fail$|\.(?:md|txt)$/.test(name),
  );

  it.each([
    ...bundles.map(
      (name) => [`conformance/bundle-verify/${name}/bundle.sigstore.json`, recodeBundle] as const,
    ),
    ...listVectors('pep740')
      .filter((name) => name.endsWith('.attestation'))
      .map((name) => [`pep740/${name}`, recodeAttestation] as const),
    ['pep740/pypi_attestations-0.0.19.tar.gz.provenance', recodeProvenance] as const,
  ])('%s is refused by a typed error, or read without loss', (path, recode) => {
    // v0.3 is written by the newer of its two media types.
    const text = readVectorText(path).replace('bundle+json;version=0.3', 'bundle.v0.3+json');
    const found = outcomes(text, recode);
    expect(found.get('leaked')).toBeUndefined();
    expect(found.get('lost')).toBeUndefined();
    expect(found.get('refused')?.length).toBeGreaterThan(100);
  });

  it('loses of a statement only the keys that in-toto does not define', () => {
    const path = 'pep740/pypi_attestations-0.0.19.tar.gz.publish.attestation';
    const text = Buffer.from(parseAttestation(readVectorText(path)).statement).toString();
    const found = outcomes(text, recodeStatement);
    expect(found.get('leaked')).toBeUndefined();
    expect(found.get('lost')).toEqual(['$ + key', '$.subject.0 + key']);
  });
});
