// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, type JsonObject, type JsonValue, parseJson } from '@colophon/base';
import { FulcioError } from './fulcio-error.ts';

/**
 * Reads protobuf's JSON form as grpc-gateway does: unknown fields are ignored, a field has its lowerCamelCase or its
 * original name, and null counts as absent. An empty body is the empty message.
 * @throws FulcioError
 */
export function parseMessage(body: Uint8Array): JsonObject {
  if (body.length === 0) return {};
  try {
    return objectOf(parseJson(decodeUtf8(body)), 'message');
  } catch (cause) {
    if (cause instanceof FulcioError) throw cause;
    throw malformed('syntax error', cause);
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
