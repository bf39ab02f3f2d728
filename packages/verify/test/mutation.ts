// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeBase64 } from '@colophon/base';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One change to a JSON document: where, what, and the document after it. */
export interface Mutation {
  readonly at: string;
  readonly change: string;
  readonly text: string;
}

interface Place {
  readonly at: string;
  readonly value: Json;
  readonly put: (value: Json | undefined) => string;
}

/**
 * Changes every field of a JSON document, one at a time: each is dropped, nulled and given another type; of each that holds
 * base64 every `stride`th byte is changed; of other texts a character; lists are emptied and their items doubled.
 */
export function* mutationsOf(document: string, stride: number): Generator<Mutation> {
  const root = JSON.parse(document) as Json;
  for (const place of placesOf(root)) {
    for (const [change, value] of replacements(place.value, stride)) {
      const text = place.put(value);
      if (text !== JSON.stringify(root)) yield { at: place.at, change, text };
    }
  }
}

function* placesOf(root: Json): Generator<Place> {
  const open: { at: string; holder: Record<string, Json> }[] = [
    { at: '$', holder: root as Record<string, Json> },
  ];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { at, holder } = item;
    for (const [key, value] of Object.entries(holder)) {
      const place = Array.isArray(holder) ? `${at}[]` : `${at}.${key}`;
      yield { at: place, value, put: (changed) => textWith(root, holder, key, changed) };
      if (value !== null && typeof value === 'object')
        open.push({ at: place, holder: value as Record<string, Json> });
    }
  }
}

// A replacer that gives undefined drops a key, and makes an item of a list null.
function textWith(root: Json, holder: object, key: string, changed: Json | undefined): string {
  return JSON.stringify(root, function replace(this: object, name: string, value: Json) {
    return this === holder && name === key ? changed : value;
  });
}

function* replacements(value: Json, stride: number): Generator<[change: string, value: Json | undefined]> {
  yield ['dropped', undefined];
  yield ['null', null];
  yield ['a number', 7];
  yield ['an object', {}];
  yield ['a text', 'x'];
  if (Array.isArray(value)) {
    yield ['emptied', []];
    yield ['doubled', [...value, ...value]];
  }
  if (typeof value === 'string') yield* textReplacements(value, stride);
}

function* textReplacements(value: string, stride: number): Generator<[string, string]> {
  yield ['with a space before', ` ${value}`];
  yield ['with a line end after', `${value}\n`];
  yield ['empty', ''];
  const bytes = bytesOf(value);
  if (bytes === undefined) {
    for (let at = 0; at < value.length; at += stride)
      yield [`character ${at}`, value.slice(0, at) + other(value.charCodeAt(at)) + value.slice(at + 1)];
    return;
  }
  for (let at = 0; at < bytes.length; at += stride) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    yield [`byte ${at}`, encodeBase64(changed)];
  }
  yield ['cut short', encodeBase64(bytes.slice(0, -1))];
  yield ['longer', encodeBase64(Uint8Array.from([...bytes, 0]))];
}

const other = (code: number) => String.fromCharCode(code ^ 1);

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return text.length > 24 ? decodeBase64(text) : undefined;
  } catch {
    return undefined;
  }
}
