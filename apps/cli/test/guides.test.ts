// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assertCommandLine } from '../src/command-line.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const GUIDES = join(ROOT, 'docs/guides');
const pages = [...readdirSync(GUIDES).map((name) => join(GUIDES, name)), join(ROOT, 'README.md')].map(
  (path) => ({
    name: basename(path),
    text: readFileSync(path, 'utf8'),
  }),
);

/** The command lines in backticks; a placeholder stands for itself. */
const lines = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/`colophon ([^`]+)`|^(?:npx --yes )?colophon (.+)$/gm)].map(([, inline, fenced]) => ({
    name,
    words: inline ?? fenced ?? '',
  })),
);
const steps = pages.flatMap(({ text }) =>
  [...text.matchAll(/uses: colophon-py\/colophon(\/[a-z]+)?@\S+\n\s+with:\n((?:\s{10}.*\n)+)/g)].map(
    ([, entry = '/.', inputs = '']) => ({ entry, inputs: Object.keys(parse(inputs)) }),
  ),
);

const page = readFileSync(join(GUIDES, 'environment.md'), 'utf8');
const sources = ['apps/cli/src', 'packages/oidc/src'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
);
const read = sources.flatMap((text) => [
  ...[...text.matchAll(/\b(?:env|environment)\['(\w+)'\]/g)].map(([, name = '']) => name.toUpperCase()),
  ...[...text.matchAll(/'((?:COLOPHON|SIGSTORE|TWINE|UV_PUBLISH|GH|ACTIONS|GOOGLE)_\w+)'/g)].map(
    ([, name = '']) => name,
  ),
]);

describe('the page of variables', () => {
  it('names every variable that the program reads', () => {
    expect(new Set(read).size).toBeGreaterThan(55);
    expect([...new Set(read)].filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  });

  it('names none that it does not read', () => {
    const named = [...page.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name = '']) => name),
    );
    // These are put together: of an audience, and of an option.
    const made = /^(?:PYPI|TESTPYPI)_ID_TOKEN$|^SIGSTORE_VERIFY_GITHUB_WORKFLOW_/;
    const unread = named.filter((name) => !made.test(name) && !sources.some((text) => text.includes(name)));
    expect(named.length).toBeGreaterThan(55);
    expect(unread).toEqual([]);
  });
});

describe('the guides', () => {
  it.each(lines)('$name: colophon $words', async ({ words }) => {
    await expect(assertCommandLine(words.split(' '))).resolves.toBeUndefined();
  });

  it.each([['nonsense'], ['verify', '--nope', 'F'], ['convert', 'F', '--to', 'npm']])(
    'would be caught saying %s %s %s %s',
    async (...words) => {
      await expect(assertCommandLine(words)).rejects.toMatchObject({ code: 'ERR_USAGE' });
    },
  );

  it('show command lines, and steps of each entry point', () => {
    expect(lines.length).toBeGreaterThan(40);
    expect(steps.map(({ entry }) => entry)).toEqual(['/.', '/sign', '/verify']);
  });

  it.each(steps)('name only inputs that action.yml of $entry has', ({ entry, inputs }) => {
    const declared = Object.keys(parse(readFileSync(join(ROOT, entry, 'action.yml'), 'utf8')).inputs);
    expect(inputs.filter((name) => !declared.includes(name))).toEqual([]);
  });
});
