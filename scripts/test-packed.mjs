// SPDX-License-Identifier: Apache-2.0
// Packs every public package, installs the tarballs into an empty project, and runs there each README's first
// JavaScript example and the program: what a user of one package gets, and nothing that the workspace lends.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const isPublic = (workspace) =>
  !JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8')).private;
const workspaces = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'apps/cli',
].filter(isPublic);
const folder = mkdtempSync(join(tmpdir(), 'colophon-packed-'));
// npm runs as the script that npm itself names, so that no shell or .cmd file is needed.
const npm = (args, cwd) =>
  execFileSync(process.execPath, [process.env.npm_execpath, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

try {
  const packed = JSON.parse(
    npm(['pack', '--json', '--pack-destination', folder, ...workspaces.flatMap((w) => ['-w', w])], root),
  );
  const tarballs = Object.values(packed).map((entry) => `./${entry.filename}`);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  );
  npm(['install', '--no-audit', '--no-fund', '--no-save', ...tarballs], folder);
  let ran = 0;
  for (const workspace of workspaces) ran += runExample(workspace) ? 1 : 0;
  const versions = (process.argv.find((arg) => arg.startsWith('--nodes='))?.slice(8) ?? '')
    .split(',')
    .filter(Boolean);
  const nodes = versions.length === 0 ? [process.execPath] : versions.map(installNode);
  for (const node of nodes) checkProgram(node);
  console.log(
    `packed: ${tarballs.length} tarballs, ${ran} examples, the program on ${versions.join(', ') || process.version}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// The npm package of a Node binary for this very platform; unlike the package `node` it needs no install script.
function installNode(version) {
  const home = join(folder, `node-${version}`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  npm(
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--no-save',
      '--ignore-scripts',
      '--prefix',
      home,
      `${name}@${version}`,
    ],
    folder,
  );
  return join(home, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function runExample(workspace) {
  const example = /```js\n(.*?)```/s.exec(readFileSync(join(root, workspace, 'README.md'), 'utf8'))?.[1];
  if (workspace === 'apps/cli') return false;
  if (example === undefined) throw new Error(`${workspace}/README.md has no JavaScript example`);
  const file = join(folder, `${workspace.replace('/', '-')}.mjs`);
  writeFileSync(file, example);
  const output = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (output.trim() === '') throw new Error(`${workspace}/README.md: the example prints nothing`);
  return true;
}

function checkProgram(node) {
  const program = join(folder, 'node_modules', 'colophon', 'bin', 'colophon.js');
  const run = (args) =>
    execFileSync(node, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const version = run(['--version']).trim();
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`--version printed ${version}`);
  const report = JSON.parse(
    run(['release', '--rehearse', '--json', '--publisher', 'github:octo-org/sampler/release.yml']),
  );
  if (report.status !== 0) throw new Error(`the rehearsal ended with ${report.status}`);
}
