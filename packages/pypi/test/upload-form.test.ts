// SPDX-License-Identifier: Apache-2.0
import {
  parseAttestation,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
} from '@colophon/attestation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUploadForm, type UploadForm } from '../src/index.ts';
import { shapedAttestation } from './support/attestations.ts';
import { parseMultipart, type Part } from './support/multipart.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const FORM: UploadForm = {
  filename: 'demo-1.0.tar.gz',
  fields: [
    ['metadata_version', '2.4'],
    ['name', 'demo'],
    ['version', '1.0'],
    ['classifiers', 'A'],
    ['classifiers', 'B'],
    ['filetype', 'sdist'],
    ['pyversion', 'source'],
  ],
  digests: { sha256: 'ab'.repeat(32) },
};

function written(form: UploadForm, content = new Uint8Array()): Part[] {
  const { contentType, head, tail, tailLength } = encodeUploadForm(form, 'boundary-of-the-test');
  const end = tail('cd'.repeat(32));
  expect(end).toHaveLength(tailLength);
  return parseMultipart(contentType, Buffer.concat([head, content, end]));
}

const texts = (parts: Part[]) =>
  parts.filter(({ filename }) => filename === undefined).map(({ name, bytes }) => [name, String(bytes)]);

describe('encodeUploadForm', () => {
  it('writes control fields, metadata, digests and content, and no attestations where there are none', () => {
    const parts = written(FORM, Buffer.from('bytes\r\n--'));
    expect(texts(parts)).toEqual([
      [':action', 'file_upload'],
      ['protocol_version', '1'],
      ...FORM.fields,
      ['sha256_digest', 'ab'.repeat(32)],
      ['blake2_256_digest', 'cd'.repeat(32)],
    ]);
    expect(parts.at(-2)).toEqual({
      name: 'content',
      filename: 'demo-1.0.tar.gz',
      type: 'application/octet-stream',
      bytes: Buffer.from('bytes\r\n--'),
    });
    expect(written({ ...FORM, attestations: [] })).toEqual(written(FORM));
  });

  it('writes attestations as one text field with a list that can be read back', () => {
    const types = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];
    const attestations = types.map(shapedAttestation);
    const parts = written({ ...FORM, attestations }).filter(({ name }) => name === 'attestations');
    expect(parts).toHaveLength(1);
    expect(parts[0]?.filename).toBeUndefined();
    const list = JSON.parse(String(parts[0]?.bytes)) as unknown[];
    expect(list.map((item) => parseAttestation(JSON.stringify(item)))).toEqual(
      attestations.map((attestation) => expect.objectContaining({ statement: attestation.statement })),
    );
  });

  it('carries any text and any bytes', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '\r\n', '--\r\n--', '"; filename="x"'),
    );
    const name = fc
      .stringMatching(/^[a-z][a-z0-9_]{0,20}$/)
      .filter((text) => !/digest$|^content$|^attestations$|^protocol/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.uint8Array(), (fields, content) => {
        const parts = written({ ...FORM, fields }, content);
        expect(texts(parts).slice(2, -2)).toEqual(fields);
        expect(parts.at(-2)?.bytes).toEqual(Buffer.from(content));
      }),
    );
  });

  it.each([
    ['two of one type', [PUBLISH_PREDICATE_TYPE, PUBLISH_PREDICATE_TYPE]],
    ['a type that no index takes', ['https://spdx.dev/Document/v2.3']],
    ['three', [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE, 'https://example.com/x']],
  ])('refuses attestations: %s', (_title, types) => {
    const form = { ...FORM, attestations: types.map(shapedAttestation) };
    expect(() => written(form)).toThrowError(throwsCode('ERR_UPLOAD_ATTESTATIONS'));
  });

  it.each([
    '',
    '../demo-1.0.tar.gz',
    'a/b.whl',
    'demo".whl',
    'demo\r\nX: y.whl',
    '.whl',
    'démo-1.0.tar.gz',
    `${'x'.repeat(300)}.whl`,
  ])('refuses the filename %j', (filename) => {
    expect(() => written({ ...FORM, filename })).toThrowError(throwsCode('ERR_UPLOAD_FILE'));
  });

  it.each([':action', 'content', 'attestations', 'sha256_digest', 'na"me', 'Name', ''])(
    'takes no field called %j from its caller',
    (name) => {
      expect(() => written({ ...FORM, fields: [[name, 'x']] })).toThrowError(TypeError);
    },
  );
});
