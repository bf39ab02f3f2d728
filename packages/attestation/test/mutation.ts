// SPDX-License-Identifier: Apache-2.0

/** A document with one field dropped or replaced, and what was done, for the message. */
export interface Mutant {
  readonly what: string;
  readonly document: unknown;
}

const REPLACEMENTS: readonly unknown[] = [
  null,
  true,
  0,
  1.5,
  -1,
  '',
  ' ',
  '0',
  '-1',
  '01',
  'AAA=',
  [],
  {},
  [null],
];

/** Every document that differs from `document` in one field: dropped, replaced, repeated, or with one key more. */
export function* mutants(document: unknown, path = '$'): Generator<Mutant> {
  if (document === null || typeof document !== 'object') return;
  const isArray = Array.isArray(document);
  if (!isArray) yield { what: `${path} + key`, document: { ...document, 'x-unknown': 'x' } };
  for (const [key, value] of Object.entries(document)) {
    const at = `${path}.${key}`;
    const replace = (item: unknown) =>
      isArray ? document.with(Number(key), item) : { ...document, [key]: item };
    if (isArray) yield { what: `${at} dropped`, document: document.toSpliced(Number(key), 1) };
    else yield { what: `${at} dropped`, document: without(document, key) };
    for (const item of [...REPLACEMENTS, ...variants(value)])
      yield { what: `${at} = ${JSON.stringify(item)}`, document: replace(item) };
    for (const inner of mutants(value, at)) yield { what: inner.what, document: replace(inner.document) };
  }
}

function without(document: object, key: string): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
}

function variants(value: unknown): unknown[] {
  if (typeof value === 'string')
    return [`${value}=`, ` ${value}`, `${value}\n`, value.slice(1), value.replaceAll('/', '_')];
  return [[value], String(value)];
}

/** A document less every value that protobuf's JSON form may leave out, to compare two by meaning. */
export function meaning(value: unknown): unknown {
  if (value === null || value === '' || value === '0') return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(meaning);
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const found = meaning(item);
    return found === undefined ? [] : [[key, found] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
