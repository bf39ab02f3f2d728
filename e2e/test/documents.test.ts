// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly repository?: object;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
const manifestOf = (workspace: string) => JSON.parse(textOf(`${workspace}/package.json`)) as Manifest;

const packages = readdirSync(join(ROOT, 'packages'));
const workspaces = [...packages.map((name) => `packages/${name}`), 'apps/cli', 'apps/action', 'e2e/interop'];
const inFolder = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = [
  ...['.', 'docs', 'docs/decisions', 'docs/guides', 'docs/reference', 'docs/build-types'].flatMap(inFolder),
  ...workspaces.flatMap(inFolder),
];

/** The cells of a table's rows that have so many columns, but for the two of its head. */
const rowsOf = (path: string, columns: number) =>
  textOf(path)
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cells) => cells.length === columns + 2 && !/^-+$/.test(cells[1] ?? ''))
    .slice(1);
const listed = (cell = '') => (cell === '–' ? [] : cell.split(', ')).toSorted();

/** The workspaces that one depends on, as the tables name them. */
const ours = (workspace: string) =>
  Object.keys(manifestOf(workspace).dependencies ?? {})
    .filter((name) => name === 'colophon' || name.startsWith('@colophon/'))
    .map((name) => (name === 'colophon' ? 'apps/cli' : name.slice('@colophon/'.length)))
    .toSorted();

describe('what the documents say of the house', () => {
  const imports = new Map(rowsOf('docs/architecture.md', 4).map(([, name = '', , cell]) => [name, cell]));
  it('names every package among the layers', () => {
    expect([...imports.keys()].toSorted()).toEqual([...packages, 'apps/action', 'apps/cli'].toSorted());
  });

  it.each([...packages, 'apps/action'])('%s imports what the layers say', (name) => {
    expect(listed(imports.get(name))).toEqual(ours(name.startsWith('apps/') ? name : `packages/${name}`));
  });

  const kinds = rowsOf('docs/architecture.md', 4).map(([, name = '', kind = '']) => ({ name, kind }));
  const pure = kinds.filter(({ kind }) => kind.startsWith('pure'));
  const OUTSIDE =
    /\bprocess\.\w|\bfetch\(|\bDate\.now|\bnew Date\(\)|\bperformance\.\w|\bMath\.random|\brandom\w+\(|'node:(?:net|tls|https?|http2|dns|dgram|child_process)/;
  const FILES = /'node:fs/;

  it('tells which packages are pure', () => {
    expect(pure.map(({ name }) => name)).toEqual(['base', 'dist', 'attestation', 'pki', 'trust', 'verify']);
    expect("const at = new Date(); import 'node:dns/promises'").toMatch(OUTSIDE);
  });

  it.each(pure)('$name, which is $kind, has no network, clock, chance or environment', ({ name, kind }) => {
    const folder = join(ROOT, 'packages', name, 'src');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const wrong = sources.filter((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return OUTSIDE.test(text) || (kind === 'pure' && FILES.test(text));
    });
    expect(sources.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  const published = [...packages.map((name) => `packages/${name}`), 'apps/cli'].filter(
    (workspace) => manifestOf(workspace).private !== true,
  );

  // npm refuses a package whose provenance is of another repository than the one that it names, or of none.
  it.each(published)('%s says where it is made', (workspace) => {
    expect(manifestOf(workspace).repository).toEqual({
      type: 'git',
      url: 'git+https://github.com/colophon-py/colophon.git',
      directory: workspace,
    });
  });

  const reasons = rowsOf('docs/dependencies.md', 3).flatMap(([, owners, cell]) =>
    listed(owners).flatMap((owner) => listed(cell).map((dependency) => ({ owner, dependency }))),
  );

  it.each(packages)('every dependency of %s has a reason, and every reason a dependency', (name) => {
    const others = Object.keys(manifestOf(`packages/${name}`).dependencies ?? {});
    const given = reasons.filter(({ owner }) => owner === name).map(({ dependency }) => dependency);
    expect(new Set(given)).toEqual(new Set(others.filter((one) => !one.startsWith('@colophon/'))));
  });

  it('gives reasons for all that the program brings along', () => {
    const { dependencies = {}, devDependencies = {} } = manifestOf('apps/cli');
    const unexplained = Object.keys(dependencies).filter((name) =>
      reasons.every(({ dependency }) => dependency !== name),
    );
    expect(unexplained).toEqual([]);
    const own = reasons.filter(({ owner }) => owner === 'colophon').map(({ dependency }) => dependency);
    expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual(expect.arrayContaining(own));
  });

  it.each(pages)('%s links to files that are there, and names scripts that are', (page) => {
    const text = textOf(page);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !existsSync(resolve(ROOT, dirname(page), target)))).toEqual([]);
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script = '']) => script);
    expect(Object.keys(manifestOf('.').scripts ?? {})).toEqual(expect.arrayContaining(named));
  });
});
