// SPDX-License-Identifier: Apache-2.0
// Puts the program into few files, so that it starts fast: all of our own packages, and of others' those that every
// start needs. Everything else stays a dependency. Writes the licences of what it took in beside it.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const cli = resolve(import.meta.dirname, '..', 'apps', 'cli');
const target = join(cli, 'dist', 'bundle');
const { dependencies } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));

// The parser of the command line, with what it imports, and colours.
const TAKEN_IN = new Set([
  'ansi-regex',
  'ansi-styles',
  'cliui',
  'emoji-regex',
  'escalade',
  'get-caller-file',
  'get-east-asian-width',
  'picocolors',
  'string-width',
  'strip-ansi',
  'wrap-ansi',
  'y18n',
  'yargs',
  'yargs-parser',
]);

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isExternal(specifier) {
  if (/^(?:\.|\/|[A-Za-z]:|#)/.test(specifier)) return false;
  const name = packageName(specifier);
  return specifier !== '@sigstore/tuf/seeds.json' && !name.startsWith('@colophon/') && !TAKEN_IN.has(name);
}

function assertDeclared(chunks) {
  const imported = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]));
  const files = new Set(chunks.map(({ fileName }) => fileName));
  const undeclared = [...imported].filter(
    (name) =>
      !files.has(name) &&
      !name.startsWith('node:') &&
      !builtinModules.includes(name) &&
      !Object.hasOwn(dependencies, packageName(name)),
  );
  if (undeclared.length > 0)
    throw new Error(`apps/cli/package.json has no dependency on ${undeclared.join(', ')}`);
}

function foreignFolders(chunks) {
  const folders = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
    .filter((folder) => folder !== undefined && existsSync(join(folder, 'package.json')));
  return [...new Set(folders)].toSorted((one, other) => (one < other ? -1 : 1));
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

rmSync(target, { recursive: true, force: true });
const build = await rolldown({
  input: join(cli, 'dist', 'main.js'),
  platform: 'node',
  external: isExternal,
});
const { output } = await build.write({
  dir: target,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // What every verdict needs, in one file: each file more costs a start about two milliseconds.
  codeSplitting: {
    groups: [{ name: 'core', test: /[\\/]packages[\\/](?:base|attestation|pki|trust|verify)[\\/]dist[\\/]/ }],
  },
});
await build.close();
const chunks = output.filter(({ type }) => type === 'chunk');
assertDeclared(chunks);
const notices = foreignFolders(chunks).map(notice);
writeFileSync(
  join(dirname(target), 'third-party-notices.txt'),
  `The files in bundle/ hold code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`,
);
