// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, runCommand } from '../build/command.ts';
import { renderColumns } from '../columns.ts';
import { runColophon } from '../peers/colophon-command.ts';
import type { PredicateScene } from './judges.ts';
import { wordCases, type WordCase } from './word-cases.ts';

interface Run {
  readonly status: number;
  /** Each file that came into being, with what it is. */
  readonly files: readonly string[];
}

/** Says the same words to `sigstore` and to the product, in folders alike, and compares what came of it. */
export async function compareWords(
  scene: PredicateScene,
): Promise<{ readonly table: string; readonly faults: readonly string[] }> {
  const rows: {
    readonly words: string;
    readonly ours: Run;
    readonly theirs: Run;
    readonly wrong: boolean;
  }[] = [];
  for (const [index, words] of wordCases.entries()) {
    const place = join(scene.folder, `words-${index}`);
    const theirs = await runCase(words, { scene, folder: join(place, 'sigstore'), program: sigstore });
    const ours = await runCase(words, { scene, folder: join(place, 'colophon'), program: colophon });
    const wrong = theirs.files.join() !== ours.files.join() || theirs.status !== ours.status;
    rows.push({ words: wordsOf(words), ours, theirs, wrong });
  }
  return {
    table: renderColumns([
      ['the same words', 'exit', 'written', ''],
      ...rows.map(({ words, ours, wrong }) => [
        words,
        String(ours.status),
        ours.files.join(', '),
        wrong ? 'WRONG' : 'ok',
      ]),
    ]),
    faults: rows
      .filter(({ wrong }) => wrong)
      .map(({ words, ours, theirs }) => `words: ${words}: sigstore ${shown(theirs)}, we ${shown(ours)}`),
  };
}

function wordsOf({ command, argv, environment = {} }: WordCase): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [...variables, command, ...argv].join(' ');
}

function shown({ status, files }: Run): string {
  return `exits with ${status} and writes ${files.join(', ') || 'nothing'}`;
}

interface Place {
  readonly scene: PredicateScene;
  readonly folder: string;
  readonly program: (argv: readonly string[], words: WordCase, scene: PredicateScene) => Promise<number>;
}

async function runCase(words: WordCase, { scene, folder, program }: Place): Promise<Run> {
  await mkdir(folder, { recursive: true });
  const before = { 'f.txt': 'a file\n', 'g.txt': 'another\n', ...words.files };
  for (const [name, text] of Object.entries(before)) await writeFile(join(folder, name), text);
  const at = (word: string): string => word.replace('@', `${folder}/`);
  const environment = Object.fromEntries(
    Object.entries(words.environment ?? {}).map(([name, value]) => [name, at(value)]),
  );
  const argv = [words.command, ...words.argv.map(at)];
  const status = await program(argv, { ...words, environment }, scene);
  const names = (await readdir(folder, { recursive: true })).toSorted();
  const files = await Promise.all(names.map((name) => describe(folder, name)));
  return {
    status,
    files: files.filter((name, index) => name !== '' && !((names[index] as string) in before)),
  };
}

// Folders, and what kind of thing a file holds: the bytes of signatures are nobody else's.
async function describe(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (text === undefined) return '';
  if (text.startsWith('-----BEGIN CERTIFICATE-----')) return `${name} (PEM)`;
  if (!text.startsWith('{')) return `${name} (${/^[A-Za-z0-9+/]+=*\n$/.test(text) ? 'base64' : 'text'})`;
  const bundle = JSON.parse(text) as { mediaType: string; dsseEnvelope?: object };
  return `${name} (${bundle.mediaType}, ${bundle.dsseEnvelope === undefined ? 'message' : 'DSSE'})`;
}

async function sigstore(
  argv: readonly string[],
  { environment = {} }: WordCase,
  { tools, stack }: PredicateScene,
): Promise<number> {
  const words = ['--trust-config', stack.files.trustConfigV1, ...argv, '--identity-token', token(stack)];
  try {
    await runCommand(join(tools.python.commands, 'sigstore'), words, {
      env: { ...process.env, ...environment },
    });
    return 0;
  } catch (error) {
    if (error instanceof CommandFailure) return error.status ?? -1;
    throw error;
  }
}

async function colophon(
  argv: readonly string[],
  { environment = {} }: WordCase,
  { stack }: PredicateScene,
): Promise<number> {
  const words = ['--trust-config', stack.files.trustConfigV1, ...argv, '--identity-token', token(stack)];
  return (await runColophon(words, { environment })).status;
}

function token(stack: PredicateScene['stack']): string {
  return stack.issueToken('email');
}
