// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const SCHEMAS = resolve(import.meta.dirname, '../../docs/reference/schemas');
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
const CONTRACTS = new Map(
  readdirSync(SCHEMAS).map((file) => {
    const schema = JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')) as { title: string };
    return [schema.title, ajv.compile(schema)];
  }),
);

/** Holds what the real program printed for `--json` to the schema that docs/reference publishes. */
export function assertJsonContract(text: string): void {
  const report = JSON.parse(text) as { schema: string };
  const validate = CONTRACTS.get(report.schema);
  if (validate === undefined)
    throw new Error(`docs/reference/schemas has none for ${report.schema}: npm run docs`);
  if (!validate(report))
    throw new Error(`not as docs/reference/schemas has it: ${ajv.errorsText(validate.errors)}`);
}
