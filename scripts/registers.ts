// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Writes the names that PyPI knows into source files: classifiers from the package trove-classifiers, SPDX licenses from
 * packaging.licenses, both of which PyPI itself runs. Usage: node scripts/registers.ts PYTHON, where PYTHON has both.
 */

const READ = `
import json, re
from importlib.metadata import version
from packaging.licenses import _spdx
import trove_classifiers as trove
print(json.dumps({
    "troveVersion": version("trove-classifiers"), "spdxVersion": _spdx.VERSION,
    "classifiers": sorted(trove.all_classifiers), "deprecated": trove.deprecated_classifiers,
    "licenses": sorted(row["id"] for row in _spdx.LICENSES.values()),
    "exceptions": sorted(row["id"] for row in _spdx.EXCEPTIONS.values()),
}))
`;

interface Registers {
  readonly troveVersion: string;
  readonly spdxVersion: string;
  readonly classifiers: readonly string[];
  readonly deprecated: Readonly<Record<string, readonly string[]>>;
  readonly licenses: readonly string[];
  readonly exceptions: readonly string[];
}

const HEAD = '// SPDX-License-Identifier: Apache-2.0\n// Written by scripts/registers.ts.\n';

const [, , python = 'python3'] = process.argv;
const registers = JSON.parse(execFileSync(python, ['-I', '-c', READ], { encoding: 'utf8' })) as Registers;
write('packages/dist/src/registers/trove-classifiers.ts', classifiersSource(registers));
write('packages/dist/src/registers/spdx-licenses.ts', licensesSource(registers));
write('packages/sandbox/src/warehouse/known-names.ts', fingerprintsSource(registers));
console.log(`trove-classifiers ${registers.troveVersion}, SPDX ${registers.spdxVersion}`);

function classifiersSource({ troveVersion, classifiers, deprecated }: Registers): string {
  const groups = new Map<string, string[]>();
  for (const classifier of classifiers) {
    const [top = '', ...rest] = classifier.split(' :: ');
    groups.set(top, [...(groups.get(top) ?? []), rest.join(' :: ')]);
  }
  const rows = Array.from(groups, ([top, rests]) => `  ${literal(top)}:\n    ${literal(rests.join('|'))},\n`);
  const gone = Object.entries(deprecated).map(
    ([name, instead]) => `  ${literal(name)}: ${literal(instead.join('|'))},\n`,
  );
  return (
    `${HEAD}\n/** The version of the package that these were read from; it is a date. */\n` +
    `export const TROVE_VERSION = ${literal(troveVersion)};\n\n` +
    '/** By the first part of a classifier, what may follow its `::`, divided by bars. Deprecated ones are among them. */\n' +
    `export const CLASSIFIERS: Readonly<Record<string, string>> = {\n${rows.join('')}};\n\n` +
    '/** Classifiers that are taken no more, with those that stand in for them. */\n' +
    `export const DEPRECATED_CLASSIFIERS: Readonly<Record<string, string>> = {\n${gone.join('')}};\n`
  );
}

function licensesSource({ spdxVersion, licenses, exceptions }: Registers): string {
  return (
    `${HEAD}\n/** The version of the SPDX license list. */\nexport const SPDX_VERSION = ${literal(spdxVersion)};\n\n` +
    `/** License identifiers, divided by blanks. */\nexport const LICENSES =\n  ${literal(licenses.join(' '))};\n\n` +
    `/** What may follow WITH. */\nexport const LICENSE_EXCEPTIONS =\n  ${literal(exceptions.join(' '))};\n`
  );
}

function fingerprintsSource({ classifiers, deprecated, licenses, exceptions }: Registers): string {
  const gone = Object.entries(deprecated).map(
    ([name, instead]) => `  ${literal(name)}: [${instead.map(literal).join(', ')}],\n`,
  );
  return (
    `${HEAD}\nimport { createHash } from 'node:crypto';\n\n// Fingerprints, eight characters each: an index needs to know whether a name is known, not to list them.\n` +
    `${register('CLASSIFIERS', classifiers)}${register('LICENSES', lower(licenses))}${register('EXCEPTIONS', lower(exceptions))}\n` +
    `export const DEPRECATED: Readonly<Record<string, readonly string[]>> = {\n${gone.join('')}};\n\n` +
    '/** Whether a name is among those of which a register has the fingerprints. */\n' +
    'export function isKnown(register: string, name: string): boolean {\n' +
    "  const wanted = createHash('sha256').update(name).digest('base64url').slice(0, 8);\n" +
    '  for (let at = 0; at < register.length; at += 8)\n    if (register.startsWith(wanted, at)) return true;\n  return false;\n}\n'
  );
}

function register(name: string, names: readonly string[]): string {
  return `export const ${name} =\n  ${literal(names.map(fingerprint).toSorted().join(''))};\n`;
}

function lower(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}

function fingerprint(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 8);
}

function literal(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function write(path: string, source: string): void {
  writeFileSync(join(import.meta.dirname, '..', path), source);
}
