// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodePublishStatement,
  encodeStatement,
  IN_TOTO_PAYLOAD_TYPE,
  parseStatement,
  preAuthEncoding,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
} from '../src/index.ts';
import { statement } from './arbitraries.ts';

const sha256 = 'ab'.repeat(32);
const valid = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a-1.0.tar.gz', digest: { sha256 } }],
  predicateType: SLSA_PROVENANCE_PREDICATE_TYPE,
  predicate: { buildDefinition: {} },
};
const subject = (digest: unknown, name: unknown = 'a') => ({ ...valid, subject: [{ name, digest }] });

describe('parseStatement', () => {
  it('reads a statement', () => {
    expect(parseStatement(JSON.stringify(valid))).toEqual({
      subjects: valid.subject,
      predicateType: SLSA_PROVENANCE_PREDICATE_TYPE,
      predicate: valid.predicate,
    });
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['an empty object', {}],
  ])('takes a predicate that is %s as it is', (_title, predicate) => {
    expect(parseStatement(JSON.stringify({ ...valid, predicate })).predicate).toEqual(predicate);
  });

  it('takes Statement v0.1 only where it is asked to', () => {
    const old = JSON.stringify({ ...valid, _type: 'https://in-toto.io/Statement/v0.1' });
    expect(parseStatement(old, { legacy: true }).subjects).toEqual(valid.subject);
    expect(parseStatement(JSON.stringify(valid), { legacy: true }).subjects).toEqual(valid.subject);
    const other = JSON.stringify({ ...valid, _type: 'https://in-toto.io/Statement/v0.2' });
    for (const [text, options] of [
      [old, {}],
      [other, { legacy: true }],
    ] as const)
      expect(() => parseStatement(text, options)).toThrowError(
        expect.objectContaining({ code: 'ERR_STATEMENT' }),
      );
  });

  it('passes over keys that the framework does not define', () => {
    const extended = {
      ...valid,
      extra: 1,
      subject: [{ name: 'a', digest: { sha256, dirHash: 'cd' }, uri: 'x:y' }],
    };
    expect(parseStatement(JSON.stringify(extended)).subjects).toEqual([
      { name: 'a', digest: { sha256, dirHash: 'cd' } },
    ]);
  });

  it.each([
    ['another version', { ...valid, _type: 'https://in-toto.io/Statement/v0.1' }],
    ['no type', { ...valid, _type: undefined }],
    ['no subject', { ...valid, subject: [] }],
    ['a subject that is an object', { ...valid, subject: {} }],
    ['too many subjects', { ...valid, subject: Array.from({ length: 1025 }, () => valid.subject[0]) }],
    ['a subject without a name', subject({ sha256 }, '')],
    ['a subject whose name is a number', subject({ sha256 }, 1)],
    ['a subject without digests', subject({})],
    [
      'a subject with too many digests',
      subject(Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`h${i}`, 'ab']))),
    ],
    ['a digest in upper case', subject({ sha256: sha256.toUpperCase() })],
    ['a digest cut short', subject({ sha256: sha256.slice(2) })],
    ['an empty digest', subject({ other: '' })],
    ['a digest of half a byte', subject({ other: 'abc' })],
    ['a digest in base64', subject({ other: 'h1:abcd=' })],
    ['a digest that is null', subject({ sha256: null })],
    ['an empty predicate type', { ...valid, predicateType: '' }],
    ['a predicate type that is null', { ...valid, predicateType: null }],
    ['an array', [valid]],
    ['null', null],
  ])('refuses %s', (_title, document) => {
    expect(() => parseStatement(JSON.stringify(document))).toThrowError(
      expect.objectContaining({ code: 'ERR_STATEMENT' }),
    );
  });

  it.each([
    ['a second subject key', JSON.stringify(valid).replace('{', '{"subject":[],')],
    ['text that is not JSON', '{'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
  ])('refuses %s', (_title, payload) => {
    expect(() => parseStatement(payload)).toThrowError(expect.objectContaining({ code: 'ERR_STATEMENT' }));
  });

  it('names the place that does not fit', () => {
    expect(() => parseStatement(JSON.stringify(subject({ sha256: 'x' })))).toThrowError(
      '$.subject[0].digest["sha256"]',
    );
    const hostile = subject({ [`\u001b[2J${'x'.repeat(100_000)}`]: 'x' });
    expect(() => parseStatement(JSON.stringify(hostile))).toThrowError(
      expect.objectContaining({ message: expect.stringMatching(/digest\["\\u001b\[2Jx{96}…"\]: expected/) }),
    );
  });
});

describe('encodeStatement', () => {
  it('is undone by parseStatement', () => {
    fc.assert(
      fc.property(statement, (value) => {
        expect(parseStatement(encodeStatement(value))).toEqual(value);
      }),
    );
  });
});

describe('encodePublishStatement', () => {
  it('writes compact JSON with a null predicate, in the order that PyPI signs', () => {
    const text = Buffer.from(encodePublishStatement({ filename: 'é-1.whl', sha256Hex: sha256 })).toString();
    expect(text).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"é-1.whl","digest":{"sha256":"${sha256}"}}],` +
        `"predicateType":"${PUBLISH_PREDICATE_TYPE}","predicate":null}`,
    );
  });

  it.each([
    ['no filename', { filename: '', sha256Hex: sha256 }],
    ['a digest in upper case', { filename: 'a', sha256Hex: sha256.toUpperCase() }],
    ['another digest', { filename: 'a', sha256Hex: 'ab'.repeat(64) }],
  ])('calls %s a mistake of the program', (_title, file) => {
    expect(() => encodePublishStatement(file)).toThrowError(TypeError);
  });
});

describe('preAuthEncoding', () => {
  it.each([
    [
      'http://example.com/HelloWorld',
      'hello world',
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    ],
    [IN_TOTO_PAYLOAD_TYPE, '', 'DSSEv1 28 application/vnd.in-toto+json 0 '],
    ['é', 'é ', 'DSSEv1 2 é 3 é '],
  ])('counts the bytes of %s', (type, payload, expected) => {
    expect(Buffer.from(preAuthEncoding(type, Buffer.from(payload))).toString()).toBe(expected);
  });
});
