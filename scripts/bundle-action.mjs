// SPDX-License-Identifier: Apache-2.0
// Writes the GitHub Action as one file, which is committed: a runner takes the repository as it is, and installs
// nothing. With --check it fails where the committed file is not what the sources make.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { standIns } from './stand-ins.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'action');
// Tried by a proxy agent that only stock Sigstore in the sandbox brings along, and done without.
const OPTIONAL = new Set(['kerberos']);
const { version } = JSON.parse(readFileSync(join(root, 'apps', 'cli', 'package.json'), 'utf8'));

// The version is read from package.json, which does not go along.
const versionOfItself = {
  name: 'version',
  load: (id) =>
    /[\\/]apps[\\/]cli[\\/]src[\\/]version\.ts$/.test(id)
      ? `export const VERSION = ${JSON.stringify(version)};`
      : undefined,
};

// What is loaded late by createRequire has to be in the file too: the bundler follows a plain require.
const loadedLate = {
  name: 'loaded-late',
  transform: (code) =>
    code.includes("createRequire(import.meta.url)('")
      ? code.replaceAll("createRequire(import.meta.url)('", "require('")
      : undefined,
};

async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: join(root, 'apps', 'action', 'src', 'main.ts'),
    platform: 'node',
    resolve: { conditionNames: ['@colophon/source', 'node', 'import', 'default'] },
    // CommonJS modules may ask where they are.
    transform: { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } },
    plugins: [standIns, versionOfItself, loadedLate],
    // `eval` in reflect-metadata finds the global object, as its only use.
    checks: { eval: false },
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error('the action is more than one file');
  const foreign = [...chunk.imports, ...chunk.dynamicImports].filter(
    (name) =>
      name !== chunk.fileName &&
      !name.startsWith('node:') &&
      !builtinModules.includes(name) &&
      !OPTIONAL.has(name),
  );
  if (foreign.length > 0) throw new Error(`the action would have to install ${foreign.join(', ')}`);
  if (/createRequire\(import\.meta\.url\)\(/.test(chunk.code))
    throw new Error('something is loaded late from a package');
  return { code: chunk.code, modules: chunk.moduleIds };
}

const { code, modules } = await bundle();
const files = {
  'colophon.mjs': code,
  'third-party-notices.txt': thirdPartyNotices('colophon.mjs holds code of these packages.', modules),
};
const stale = Object.entries(files).filter(
  ([name, text]) => !existsSync(join(target, name)) || readFileSync(join(target, name), 'utf8') !== text,
);
if (!process.argv.includes('--check'))
  for (const [name, text] of stale) writeFileSync(join(target, name), text);
else if (stale.length > 0) {
  process.stderr.write(`action/ is stale (${stale.map(([name]) => name).join(', ')}): npm run action\n`);
  process.exitCode = 1;
}
