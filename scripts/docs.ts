// SPDX-License-Identifier: Apache-2.0
// Writes docs/reference from the program itself; with --check, fails where the pages differ from what it would write.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMANDS } from '../apps/cli/src/command-table.ts';
import type { CommandSpec } from '../apps/cli/src/command.ts';
import { runCommandLine } from '../apps/cli/src/command-line.ts';
import { FINDING_CODES } from '@colophon/dist';
import { FINDING_ADVICE } from '../apps/cli/src/checking/finding-advice.ts';
import { REFUSAL_ADVICE } from '../apps/cli/src/errors/refusal-advice.ts';
import { ERROR_TABLE } from '../apps/cli/src/errors/error-table.ts';
import { DOCUMENTS } from '../apps/cli/src/schemas/documents.ts';
import { schemaFile } from '../apps/cli/src/schemas/json-schema.ts';
import { EXIT } from '../apps/cli/src/exit-status.ts';
import type { Host } from '../apps/cli/src/host.ts';

const REFERENCE = join(import.meta.dirname, '..', 'docs', 'reference');

const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [0, 'all that was asked for is done and verified'],
  [1, 'a bug in this program; it says what to report'],
  [2, 'the command line is wrong'],
  [20, 'no input matched; unknown project or version'],
  [21, 'input malformed, or evidence in conflict'],
  [30, 'verification failed: evidence is there and wrong'],
  [31, 'no evidence where it is needed'],
  [32, 'undecided: trust material is missing or expired; nothing was judged'],
  [40, 'no usable identity or credential'],
  [41, 'a service refused'],
  [42, 'a service is unavailable; trying again may help'],
  [43, 'partial: some files done, some not; `--json` lists each'],
  [130, 'interrupted'],
];

async function help(words: readonly string[]): Promise<string> {
  let text = '';
  const host: Host = {
    environment: {},
    workingDirectory: '/',
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => new Date(0),
    writeOut: (part) => (text += part),
    writeError: (part) => (text += part),
  };
  await runCommandLine([...words, '--help'], host);
  return `\`\`\`text\n${text.replaceAll(/[ \t]+$/gm, '').trimEnd()}\n\`\`\`\n`;
}

async function commandLinePage(): Promise<string> {
  const sections = [`# Command line\n\n${await help([])}`];
  const visit = async (spec: CommandSpec, parents: readonly string[]): Promise<void> => {
    const words = [...parents, spec.usage.split(' ')[0] ?? ''];
    sections.push(`## ${words.join(' ')}\n\n${spec.summary}.\n\n${await help(words)}`);
    for (const sub of spec.subcommands ?? []) await visit(sub, words);
  };
  for (const spec of COMMANDS) await visit(spec, []);
  return sections.join('\n');
}

function exitStatusPage(): string {
  const rows = EXIT_MEANINGS.map(([status, meaning]) => `| ${status} | ${meaning} |`);
  return [
    '# Exit status',
    '',
    '| status | meaning |',
    '| --- | --- |',
    ...rows,
    '',
    'A run over several files takes, when verifying, the first of 1, 30, 32, 42, 41, 31, 21, 20 that one of them has; when signing or',
    'publishing the first of 1, 30, 31, 32, else 43 once anything was finished, else the cause. `--json` lists every file with its own.',
    '',
  ].join('\n');
}

function errorsPage(): string {
  const sections = Object.entries(ERROR_TABLE)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, meaning, hint, retry }]) =>
      [
        `## ${code}`,
        '',
        `${meaning} Exit status ${EXIT[exit]}${retry ? '; trying again may help' : ''}.`,
        ...(hint === undefined ? [] : ['', `*${hint[0]?.toUpperCase()}${hint.slice(1)}.*`]),
        '',
      ].join('\n'),
    );
  return `# Errors\n\nEvery failure has one of these codes; \`see:\` under an error leads here.\n\n${sections.join('\n')}`;
}

function section([code, hint]: [string, string]): string {
  return `### ${code}\n\n${hint[0]?.toUpperCase()}${hint.slice(1)}.\n`.replaceAll('?.', '?');
}

function findingsPage(): string {
  return [
    '# Findings and refusals',
    '',
    'What `check` finds before an upload, and what an index may say to it. `see:` under a refusal leads here.',
    '',
    '## Findings',
    '',
    'In the order in which PyPI would come upon them. An error is refused by PyPI or of no use to an installer; a warning is not; what is not judged',
    'could not be looked at on this machine.',
    '',
    ...FINDING_CODES.map((code) => section([code, FINDING_ADVICE[code]])),
    '## Refusals',
    '',
    'What only the index can know: names, accounts, tokens, what is there already, attestations.',
    '',
    ...Object.entries(REFUSAL_ADVICE).map(section),
  ].join('\n');
}

function schemasPage(): string {
  const rows = DOCUMENTS.map(({ title, description }) => {
    const file = schemaFile(title);
    return `| [${title}](schemas/${file}) | ${description} |`;
  });
  return [
    '# JSON documents',
    '',
    'With `--json` a run prints one document on stdout, at every exit status but 130; its `schema` key names it. Within a major version members',
    'are only added. Every document that the tests see is held to its schema, without members that the schema does not name.',
    '',
    '| schema | what it tells |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const pages: Readonly<Record<string, string>> = {
  'cli.md': await commandLinePage(),
  'exit-status.md': exitStatusPage(),
  'errors.md': errorsPage(),
  'findings.md': findingsPage(),
  'json.md': schemasPage(),
  ...Object.fromEntries(
    DOCUMENTS.map((schema) => [
      `schemas/${schemaFile(schema.title)}`,
      `${JSON.stringify(schema, undefined, 2)}\n`,
    ]),
  ),
};
await mkdir(join(REFERENCE, 'schemas'), { recursive: true });
const stale: string[] = [];
for (const [name, text] of Object.entries(pages)) {
  const path = join(REFERENCE, name);
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before !== text) stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(path, text);
}
if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`docs/reference is stale (${stale.join(', ')}): run npm run docs\n`);
  process.exitCode = 1;
}
