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
