// SPDX-License-Identifier: Apache-2.0
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '@colophon/base';
import { DOCUMENTS } from '../../src/schemas/documents.ts';

// Published schemas allow members that a later version adds; what this version prints must be in them, all of it.
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in parts ? { ...parts, additionalProperties: false } : parts;
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
const CONTRACTS = new Map(
  DOCUMENTS.map((schema) => [schema.title, ajv.compile(closed(schema) as JsonObject)]),
);

/** Holds a document of `--json` to its published schema. */
export function assertJsonContract(text: string): void {
  const report = JSON.parse(text) as JsonObject & { schema: string };
  const validate = CONTRACTS.get(report.schema);
  if (validate === undefined)
    throw new Error(`no JSON Schema for ${report.schema}: add it to apps/cli/src/schemas/documents.ts`);
  if (!validate(report))
    throw new Error(
      `not as apps/cli/src/schemas/documents.ts has it: ${ajv.errorsText(validate.errors)}\n${text}`,
    );
}
