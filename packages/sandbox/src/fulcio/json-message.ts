// SPDX-License-Identifier: Apache-2.0
import { type JsonObject, type JsonValue, parseJson } from '@colophon/base';
import { jsonFailure } from '../json-failure.ts';
import { FulcioError } from './fulcio-error.ts';

/**
 * Reads protobuf's JSON form as grpc-gateway does: unknown fields are ignored, a field has its lowerCamelCase or its
 * original name, and null counts as absent. An empty body is the empty message.
 * @throws FulcioError
 */
export function parseMessage(body: Uint8Array): JsonObject {
  if (body.length === 0) return {};
  const text = Buffer.from(body).toString();
  requireJson(text);
  const value = parsed(text);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  const token = Array.isArray(value) ? '[' : JSON.stringify(value);
  throw malformed(`syntax error (line 1:1): unexpected token ${token}`);
}

// The gateway's own reader stands before protobuf's, and has other words.
function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new FulcioError('InvalidArgument', jsonFailure(text, 'unexpected EOF'), { cause });
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

function malformed(message: string, cause?: unknown): FulcioError {
  return new FulcioError('InvalidArgument', `proto: ${message}`, { cause });
}

function objectOf(value: JsonValue, name: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw malformed(`unexpected token for ${name}`);
  return value;
}

function valueOf(message: JsonObject, name: string): JsonValue | undefined {
  const original = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return message[name] ?? message[original] ?? undefined;
}

/** A field that holds a message. @throws FulcioError */
export function messageField(message: JsonObject, name: string): JsonObject | undefined {
  const value = valueOf(message, name);
  return value === undefined ? undefined : objectOf(value, name);
}

/** A field of text, empty if absent. @throws FulcioError */
export function textField(message: JsonObject, name: string): string {
  const value = valueOf(message, name) ?? '';
  if (typeof value !== 'string')
    throw malformed(`invalid value for string field ${name}: ${JSON.stringify(value)}`);
  return value;
}

/** A field of bytes, empty if absent: standard or URL-safe base64, padded or not. @throws FulcioError */
export function bytesField(message: JsonObject, name: string): Uint8Array {
  const value = valueOf(message, name) ?? '';
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
    throw malformed(`invalid value for bytes field ${name}: ${JSON.stringify(value)}`);
  return new Uint8Array(Buffer.from(value, 'base64'));
}
