// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';
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
  assertGrammar(text);
  refuseDuplicateKeys(text);
  return JSON.parse(text, (_key, value: JsonValue) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.assign<JsonObject, JsonObject>(Object.create(null), value)
      : value,
  ) as JsonValue;
}

// The native parser judges the grammar, so that the scan below may assume it.
function assertGrammar(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // Without its cause: V8 quotes the input there, which may be an answer that holds a token.
    throw new EncodingError('ERR_JSON', 'not valid JSON');
  }
}

// A flat scan over strings and punctuation, no recursion and no regular expression, so that size costs no stack.
// A string is a key when a colon follows it.
function refuseDuplicateKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let lastString = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      lastString = text.slice(at, end + 1);
      at = end;
    } else if (char === '{' || char === '[') {
      if (open.push(char === '{' ? new Set() : undefined) > MAX_DEPTH)
        throw new EncodingError('ERR_JSON', `nested deeper than ${MAX_DEPTH} levels`);
    } else if (char === '}' || char === ']') open.pop();
    else if (char === ':') noteKey(open.at(-1), lastString);
  }
}

function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function noteKey(keys: Set<string> | undefined, literal: string): void {
  const key = String(JSON.parse(literal));
  if (keys?.has(key))
    throw new EncodingError('ERR_JSON', `key ${JSON.stringify(key)} stands twice in one object`);
  keys?.add(key);
}
