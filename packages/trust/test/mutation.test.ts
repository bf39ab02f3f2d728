// SPDX-License-Identifier: Apache-2.0
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientTrustConfig, parseSigningConfig, parseTrustedRoot, TrustError } from '../src/index.ts';
import { signingConfig, trustedRoot } from './documents.ts';

const EMBEDDED = Buffer.from(
  seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json'],
  'base64',
).toString();

type Path = readonly (string | number)[];

const REPLACEMENTS: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  2 ** 53,
  '',
  ' ',
  '0',
  'AAAA',
  [],
  {},
  [null],
];

/** Fields that the formats let a writer leave out. */
const MAY_BE_ABSENT =
  /^(?:tlogs|ctlogs|certificateAuthorities|timestampAuthorities|caUrls|oidcUrls|rekorTlogUrls|tsaUrls|rekorTlogConfig|tsaConfig|.*\.(?:end|uri|subject|organization|commonName|operator|majorApiVersion))$/;

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, item: unknown): unknown {
  if (key === undefined) return item;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, item) };
}

function accepted(text: string, parse: (text: string) => unknown): Set<string> {
  const document: unknown = JSON.parse(text);
  const found = new Set<string>();
  for (const path of pathsOf(document).slice(1))
    for (const item of REPLACEMENTS) {
      try {
        parse(JSON.stringify(replaced(document, path, item)));
        if (item === undefined || item === null) found.add(path.join('.'));
      } catch (error) {
        expect(error).toBeInstanceOf(TrustError);
      }
    }
  return found;
}

describe('a document with one field changed', () => {
  it.each<[string, string, (text: string) => unknown]>([
    ['the embedded trusted root', EMBEDDED, parseTrustedRoot],
    ['a trusted root', trustedRoot(), parseTrustedRoot],
    ['a signing configuration', signingConfig(), parseSigningConfig],
  ])('%s is refused by a typed error, or had a field that may be absent', (_title, text, parse) => {
    const found = [...accepted(text, parse)];
    expect(found.filter((path) => !MAY_BE_ABSENT.test(path))).toEqual([]);
    expect(found.length).toBeGreaterThan(4);
  });

  it.each([
    ['parseTrustedRoot', parseTrustedRoot],
    ['parseSigningConfig', parseSigningConfig],
    ['parseClientTrustConfig', parseClientTrustConfig],
  ])('%s lets only typed errors out, whatever the bytes', (_title, parse) => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.uint8Array()), (source) => {
        expect(() => parse(source)).toThrowError(TrustError);
      }),
    );
  });
});
