// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from 'node:http';
import { type JsonObject, type JsonValue, parseJson } from '@colophon/base';
import { excerpt } from '@colophon/http';

/** How much of an answer is looked at: more says nothing more, and the patterns below cost time on hostile text. */
const MAX_BYTES = 16_384;

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
  nbsp: ' ',
};

/** A text of a server made fit for a message: bounded, one line, no control characters, no credentials. */
export function serverWords(text: string, secrets: readonly string[] = []): string {
  return excerpt(text.slice(0, MAX_BYTES), secrets);
}

/**
 * What an index says about a refusal, in its own words: the text after the status in a JSON `code` (Warehouse), else a
 * JSON `message`, `detail` (RFC 9457), `title` or `error`, else the text of an HTML or plain page.
 */
export function refusalWords(
  answer: { status: number; body: Uint8Array },
  secrets: readonly string[] = [],
): string {
  const json = jsonObject(answer.body);
  const text =
    json === undefined ? pageText(answer.body) : (jsonWords(json, answer.status) ?? pageText(answer.body));
  return serverWords(text, secrets);
}

function jsonObject(body: Uint8Array): JsonObject | undefined {
  let document: JsonValue;
  try {
    document = parseJson(body);
  } catch {
    return undefined;
  }
  return document !== null && typeof document === 'object' && !Array.isArray(document) ? document : undefined;
}

function jsonWords(json: JsonObject, status: number): string | undefined {
  const candidates = [statusText(json.code, status), json.message, json.detail, json.title, json.error];
  return candidates.find((text): text is string => typeof text === 'string' && text.trim() !== '');
}

// `"code": "400 File already exists ..."` is Warehouse's status line. Without words of its own it says nothing.
function statusText(code: JsonValue | undefined, status: number): string | undefined {
  if (typeof code !== 'string' || !code.startsWith(`${status} `)) return undefined;
  const text = code.slice(4).trim();
  return text === STATUS_CODES[status] ? undefined : text;
}

function pageText(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, MAX_BYTES)).toString('utf8');
  if (!/^\s*</.test(text)) return text;
  return text
    .replace(/<(head|script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:(lt|gt|quot|apos|amp|nbsp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, entity);
}

function entity(
  whole: string,
  name: string | undefined,
  decimal: string | undefined,
  hex: string | undefined,
): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}
