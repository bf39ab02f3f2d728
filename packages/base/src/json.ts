// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';
import { quote } from './quote.ts';
import { decodeUtf8 } from './utf8.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** How deep arrays and objects may nest before a document counts as an attack on the stack. */
const MAX_DEPTH = 64;

/**
 * Parses one JSON document (RFC 8259), from text or UTF-8 bytes, and refuses objects that name a key twice:
 * two readers that keep different copies would judge two different documents. Objects have no prototype, so
 * that a `__proto__` key is data.
 * @throws EncodingError ERR_UTF8, ERR_JSON
 */
export function parseJson(source: string | Uint8Array): JsonValue {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  scan(text);
  return withoutPrototypes(parseNative(text));
}

function parseNative(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Without its cause: V8 quotes the input there, which may be an answer that holds a token.
    throw new EncodingError('ERR_JSON', 'not valid JSON');
  }
}

// The scan has bounded the depth.
function withoutPrototypes(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const bare: JsonObject = Object.create(null);
  for (const key of Object.keys(value)) bare[key] = withoutPrototypes(value[key] as JsonValue);
  return bare;
}

const [QUOTE, BACKSLASH, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d,
];

// Refuses depth and duplicate keys: a flat scan over strings and punctuation, so that size costs no stack. It comes before the
// native parser, which takes forty bytes and more for each bracket that a bomb opens, and leaves the grammar to that: what it
// makes of text that is no JSON does not matter. A string is a key when a colon follows it.
function scan(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let [lastStart, lastEnd] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      lastStart = at;
      at = endOfString(text, at);
      lastEnd = at + 1;
    } else if (char === OPEN_OBJECT || char === OPEN_LIST) {
      if (open.push(char === OPEN_OBJECT ? new Set() : undefined) > MAX_DEPTH)
        throw new EncodingError('ERR_JSON', `nested deeper than ${MAX_DEPTH} levels`);
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) open.pop();
    else if (char === COLON) {
      noteKey(open.at(-1), text.slice(lastStart, lastEnd));
      // Once: in text that is no JSON a long string might be looked through for every colon behind it.
      lastStart = lastEnd;
    }
  }
}

// Long strings, such as base64, are skipped natively: a quote ends one unless an odd number of backslashes stands before it.
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, end: number): boolean {
  let first = end;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (end - first) % 2 === 1;
}

function noteKey(keys: Set<string> | undefined, literal: string): void {
  const key = literal.includes('\\') ? (parseNative(literal) as string) : literal.slice(1, -1);
  if (keys?.has(key)) throw new EncodingError('ERR_JSON', `key ${quote(key)} stands twice in one object`);
  keys?.add(key);
}
