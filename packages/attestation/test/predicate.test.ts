// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertPredicate,
  CEP27_PREDICATE_TYPE,
  CYCLONEDX_PREDICATE_TYPE,
  encodeStatement,
  encodeStatementAround,
  isCondaFilename,
  parsePredicate,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  SPDX_PREDICATE_TYPE,
} from '../src/index.ts';

const TYPES = {
  publish: PUBLISH_PREDICATE_TYPE,
  slsa: SLSA_PROVENANCE_PREDICATE_TYPE,
  cep27: CEP27_PREDICATE_TYPE,
  spdx: SPDX_PREDICATE_TYPE,
  cyclonedx: CYCLONEDX_PREDICATE_TYPE,
  other: 'https://example.com/predicate/v1',
};

const ACCEPTED: readonly [keyof typeof TYPES, string][] = [
  ['publish', 'null'],
  ['publish', '{}'],
  [
    'slsa',
    '{"buildDefinition":{"buildType":"https://e.x/t","externalParameters":{}},"runDetails":{"builder":{"id":"https://e.x/b"}}}',
  ],
  ['cep27', 'null'],
  ['cep27', '{"targetChannel":"https://prefix.dev/conda-forge"}'],
  ['spdx', '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT"}'],
  ['cyclonedx', '{"bomFormat":"CycloneDX","specVersion":"1.6"}'],
  ['other', '[1, "two"]'],
];

const REFUSED: readonly [keyof typeof TYPES, string][] = [
  ['publish', '[]'],
  ['publish', '""'],
  ['slsa', 'null'],
  ['slsa', '{"buildDefinition":{"buildType":"https://e.x/t"},"runDetails":{"builder":{"id":"b"}}}'],
  ['slsa', '{"buildDefinition":{"buildType":"https://e.x/t","externalParameters":{}},"runDetails":{}}'],
  ['cep27', '{}'],
  ['cep27', '{"targetChannel":"https://prefix.dev/conda-forge/"}'],
  ['cep27', '{"targetChannel":"conda-forge"}'],
  ['cep27', '{"targetChannel":"file:///srv/channel"}'],
  ['spdx', '{"bomFormat":"CycloneDX","specVersion":"1.6"}'],
  ['spdx', '{"spdxVersion":"SPDX-3.0"}'],
  ['spdx', '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}'],
  ['cyclonedx', '{"spdxVersion":"SPDX-2.3"}'],
  ['cyclonedx', '{"bomFormat":"CycloneDX"}'],
  ['other', '{"a":1,"a":2}'],
  ['other', '{"a":1'],
  ['other', ''],
];

describe('parsePredicate', () => {
  it.each(ACCEPTED)('takes a predicate of the type %s: %s', (name, json) => {
    const document = parsePredicate(encodeUtf8(`\n${json}\n`), TYPES[name]);
    expect(document.json).toBe(json);
    expect(() => assertPredicate(document.value, TYPES[name])).not.toThrow();
  });

  it.each(REFUSED)('refuses for the type %s: %s', (name, json) => {
    expect(() => parsePredicate(json, TYPES[name])).toThrow(
      expect.objectContaining({ code: 'ERR_PREDICATE' }),
    );
  });

  it('takes no predicate at all for nothing', () => {
    expect(() => assertPredicate(undefined, TYPES.publish)).not.toThrow();
    expect(() => assertPredicate(undefined, TYPES.spdx)).toThrow(
      expect.objectContaining({ code: 'ERR_PREDICATE' }),
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parsePredicate(Uint8Array.of(0x22, 0xff, 0x22), TYPES.other)).toThrow(
      expect.objectContaining({ code: 'ERR_PREDICATE' }),
    );
  });
});

describe('encodeStatementAround', () => {
  const subjects = [{ name: 'a-1.0.tar.gz', digest: { sha256: '0'.repeat(64) } }];

  it('writes what encodeStatement writes, for JSON that is as compact', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (predicate) => {
        const statement = { subjects, predicateType: TYPES.other };
        const text = JSON.stringify(predicate);
        expect(encodeStatementAround(statement, text)).toEqual(
          encodeStatement({ ...statement, predicate: JSON.parse(text) }),
        );
      }),
    );
  });

  it('keeps numbers as they are written', () => {
    const payload = encodeStatementAround(
      { subjects, predicateType: TYPES.other },
      '{"size": 12345678901234567890, "ratio": 1.0}',
    );
    expect(new TextDecoder().decode(payload)).toContain(
      ',"predicate":{"size": 12345678901234567890, "ratio": 1.0}}',
    );
    expect(parseStatement(payload).predicateType).toBe(TYPES.other);
  });

  it('takes nothing that would end the statement early', () => {
    expect(() => encodeStatementAround({ subjects, predicateType: TYPES.other }, '1},"x":{')).toThrow(
      TypeError,
    );
  });
});

describe('isCondaFilename', () => {
  it.each([
    ['signed-package-2.1.0-hb0f4dca_0.conda', true],
    ['pkg-1!2.0+local-0.tar.bz2', true],
    ['Pkg-1.0-0.conda', false],
    ['pkg-1.0.conda', false],
    ['pkg-1.0-0.whl', false],
    ['../pkg-1.0-0.conda', false],
  ])('of %s is %s', (filename, expected) => expect(isCondaFilename(filename)).toBe(expected));
});
