// SPDX-License-Identifier: Apache-2.0
import { type JsonObject, type JsonValue, parseJson } from '@colophon/base';
import { jsonFailure } from '../json-failure.ts';
import { GatewayError } from './gateway-error.ts';

/**
 * Reads protobuf's JSON form as grpc-gateway does: unknown fields are ignored, a field has its lowerCamelCase or its
 * original name, null counts as absent, and what follows the first value is not read. An empty body is the empty message.
 * @throws GatewayError
 */
export function parseMessage(body: Uint8Array): JsonObject {
  if (body.length === 0) return {};
  const text = firstValue(Buffer.from(body).toString());
  requireJson(text);
  const value = parsed(text);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  const token = Array.isArray(value) ? '[' : JSON.stringify(value);
  throw malformed(`syntax error (line 1:1): unexpected token ${token}`);
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\[^])*"|[[{\]}]/g;

// The object or list at the start of a text, or the whole text where it does not start with a whole one.
function firstValue(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(STRING_OR_BRACKET)) {
    if (token === '{' || token === '[') depth += 1;
    else if (!token.startsWith('"')) depth -= 1;
    if (depth === 0) return text.slice(0, index + 1);
  }
  return text;
}

// The gateway's own reader stands before protobuf's, and has other words.
function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('InvalidArgument', jsonFailure(text, 'unexpected EOF'), { cause });
  }
}

// Protobuf refuses fields that stand twice, as the strict reader does.
function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    throw malformed('duplicate field', cause);
  }
}

function malformed(message: string, cause?: unknown): GatewayError {
  return new GatewayError('InvalidArgument', `proto: ${message}`, { cause });
}

function objectOf(value: JsonValue, name: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw malformed(`unexpected token for ${name}`);
  return value;
}

function originalName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function valueOf(message: JsonObject, name: string): JsonValue | undefined {
  const original = originalName(name);
  if (original !== name && name in message && original in message)
    throw malformed(`duplicate field "${original}"`);
  return message[name] ?? message[original] ?? undefined;
}

/** Refuses fields other than these, for a service that ignores none. @throws GatewayError */
export function requireKnownFields(message: JsonObject, names: readonly string[]): void {
  const known = new Set(names.flatMap((name) => [name, originalName(name)]));
  const unknown = Object.keys(message).find((name) => !known.has(name));
  if (unknown !== undefined) throw malformed(`unknown field ${JSON.stringify(unknown)}`);
}

/** A field that holds a message. @throws GatewayError */
export function messageField(message: JsonObject, name: string): JsonObject | undefined {
  const value = valueOf(message, name);
  return value === undefined ? undefined : objectOf(value, name);
}

/** A field of text, empty if absent. @throws GatewayError */
export function textField(message: JsonObject, name: string): string {
  const value = valueOf(message, name) ?? '';
  if (typeof value !== 'string')
    throw malformed(`invalid value for string field ${name}: ${JSON.stringify(value)}`);
  return value;
}

/** A field of bytes, empty if absent: standard or URL-safe base64, padded or not. @throws GatewayError */
export function bytesField(message: JsonObject, name: string): Uint8Array {
  const value = valueOf(message, name) ?? '';
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
    throw malformed(`invalid value for bytes field ${name}: ${JSON.stringify(value)}`);
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** A field of an enumeration: one of its names, or a number, which may be one that has no name. 0 if absent. @throws GatewayError */
export function enumField(
  message: JsonObject,
  name: string,
  numbers: Readonly<Record<string, number>>,
): number {
  const value = valueOf(message, name) ?? 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const number = typeof value === 'string' && Object.hasOwn(numbers, value) ? numbers[value] : undefined;
  if (number === undefined) throw malformed(`invalid value for enum field ${name}: ${JSON.stringify(value)}`);
  return number;
}
