// SPDX-License-Identifier: Apache-2.0
// The main job on the built-in sandbox: a release, its files verified from outside, and two that are refused.
// It only runs `colophon` and shows what that prints. With arguments, it releases those dists instead of the sample.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');
const PUBLISHER = 'github:octo-org/sampler/release.yml';
const dists = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'colophon-demo-'));
let surprises = 0;

try {
  step('A rehearsed release: check, one certificate, attest, verify, upload, read back, verify', 0, [
    'release',
    ...dists,
    '--rehearse',
    '--publisher',
    PUBLISHER,
    '--output-directory',
    'out',
  ]);
  const files = readdirSync(join(folder, 'out')).filter((name) => /\.(whl|tar\.gz)$/.test(name));
  const paths = files.map((name) => `out/${name}`);
  const root = ['--trusted-root', 'out/trusted_root.json'];
  step('Anybody can verify the files, off-line, with the evidence beside them', 0, [
    '--offline',
    'verify',
    ...paths,
    ...root,
    '--publisher',
    PUBLISHER,
  ]);
  step('What the evidence says', 0, ['inspect', paths[0]]);
  step('The same file from another publisher is refused', 30, [
    'verify',
    paths[0],
    ...root,
    '--publisher',
    'github:octo-org/fork/release.yml',
  ]);
  flipOneByte(join(folder, paths[0]));
  step('One byte of the file flipped: refused', 30, ['verify', paths[0], ...root, '--publisher', PUBLISHER]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(surprises === 0 ? '\nAll as it should be.' : `\n${surprises} steps did not end as they should.`);
process.exitCode = surprises === 0 ? 0 : 1;

function step(title, expected, args) {
  console.log(`\n# ${title}\n$ colophon ${args.map((arg) => arg.replaceAll(folder, '.')).join(' ')}`);
  const { status } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  console.log(`(exit status ${status})`);
  if (status === expected) return;
  surprises += 1;
  console.log(`expected exit status ${expected}`);
}

function flipOneByte(path) {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}
