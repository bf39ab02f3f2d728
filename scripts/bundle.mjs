// SPDX-License-Identifier: Apache-2.0
// Puts the program into few files, so that it starts fast: all of our own packages, and of others' those that every
// start needs. Everything else stays a dependency. Writes the licences of what it took in beside it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { isStoodInFor, standIns } from './stand-ins.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const cli = resolve(import.meta.dirname, '..', 'apps', 'cli');
const target = join(cli, 'dist', 'bundle');
const { dependencies } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));

// The parser of the command line, with what it imports, and colours.
const TAKEN_IN = new Set([
  'ansi-styles',
  'cliui',
  'escalade',
  'get-caller-file',
  'picocolors',
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

function isExternal(specifier, importer) {
  if (isStoodInFor(specifier, importer)) return false;
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

// What every start and a verdict without a network load, which is the commonest thing and the one that nobody likes to wait for.
const WANTED_AT_ONCE = /[\\/]apps[\\/]cli[\\/]dist[\\/](?:main|commands[\\/]verify|trust[\\/]trust-tuf)\.js$/;

/** The modules behind these entries, as far as they are imported statically. */
function modulesOf(chunks, isWanted) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reached = new Set(chunks.filter(({ moduleIds }) => moduleIds.some(isWanted)));
  for (const { imports } of reached)
    for (const name of imports) if (byName.has(name)) reached.add(byName.get(name));
  return new Set([...reached].flatMap(({ moduleIds }) => moduleIds));
}

const build = await rolldown({
  input: join(cli, 'dist', 'main.js'),
  platform: 'node',
  external: isExternal,
  plugins: [standIns],
});
const chunksOf = ({ output }) => output.filter(({ type }) => type === 'chunk');
const shape = { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
const apart = chunksOf(await build.generate(shape));
const atOnce = modulesOf(apart, (id) => WANTED_AT_ONCE.test(id));
rmSync(target, { recursive: true, force: true });
// In one file: each file more costs a start about two milliseconds.
// The entry stays outside: it waits for commands, which could not load what waits for them.
const isEntry = (id) => id === join(cli, 'dist', 'main.js');
const codeSplitting = { groups: [{ name: 'core', test: (id) => atOnce.has(id) && !isEntry(id) }] };
const chunks = chunksOf(await build.write({ ...shape, dir: target, codeSplitting }));
await build.close();
assertDeclared(chunks);
writeFileSync(
  join(dirname(target), 'third-party-notices.txt'),
  thirdPartyNotices(
    'The files in bundle/ hold code of these packages.',
    chunks.flatMap(({ moduleIds }) => moduleIds),
  ),
);
