// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';

/** A JSON Schema of draft 2020-12, as far as the documents of `--json` need it. */
export type JsonSchema = JsonObject;
export type DocumentSchema = JsonSchema & { readonly title: string; readonly description: string };
type Members = Readonly<Record<string, JsonSchema>>;

/** Where published schemas say that they are from. */
const HOME = 'https://github.com/colophon-py/colophon/blob/main/docs/reference/schemas/';

export const TEXT: JsonSchema = { type: 'string' };
export const FLAG: JsonSchema = { type: 'boolean' };
export const COUNT: JsonSchema = { type: 'integer', minimum: 0 };
/** A 64-bit number of a log, as decimal digits: JSON's own numbers would lose some. */
export const LOG_INDEX: JsonSchema = { type: 'string', pattern: '^[0-9]+$' };
export const SHA256: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
/** A moment in UTC. */
export const TIME: JsonSchema = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' };
/** Any JSON object. */
export const ANY_OBJECT: JsonSchema = { type: 'object' };

/** The exit status of a run, or of one file by itself. */
export const STATUS: JsonSchema = { enum: [0, 1, 2, 20, 21, 30, 31, 32, 40, 41, 42, 43, 130] };

export function described(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description };
}

export function words(...values: string[]): JsonSchema {
  return { enum: values };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object by free names. */
export function named(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
}

/** An object that may gain members within a major version, never lose one. */
export function record(required: Members, optional: Members = {}): JsonSchema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

/** A document of `--json`: every one says what it is, and the exit status of the run. */
export function document(
  schema: string,
  description: string,
  required: Members,
  optional: Members = {},
): DocumentSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${HOME}${schemaFile(schema)}`,
    title: schema,
    description,
    ...record({ schema: { const: schema }, status: STATUS, ...required }, optional),
  };
}

/** The file of a schema: `colophon.verify/1` is verify-1.json. */
export function schemaFile(schema: string): string {
  return `${schema.replace(/^colophon\./, '').replace('/', '-')}.json`;
}
