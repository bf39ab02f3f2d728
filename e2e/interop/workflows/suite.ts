// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandFailure, runCommand } from '../build/command.ts';
import type { Rig } from '../rig.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ACTIONS = ['action.yml', 'sign/action.yml', 'verify/action.yml'];

/** Each judge is shown to judge by this: words from outside in a shell, an unknown context, and a token that stays. */
const BAD = `on: issues
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: echo "\${{ github.event.issue.title }} \${{ nonsense.here }}"
`;

interface WorkflowJudge {
  readonly name: string;
  /** What it complains about; empty when it finds nothing. */
  readonly judge: (files: readonly string[]) => Promise<string>;
}

/** Has the workflows judged by the tools of the field. Gives complaints, one line each. */
export async function checkWorkflows({ tools, folder: work }: Rig): Promise<string[]> {
  const folder = join(work, 'workflows', '.github', 'workflows');
  await mkdir(folder, { recursive: true });
  const bad = join(folder, 'bad.yml');
  await writeFile(bad, BAD);
  const own = join(ROOT, '.github/workflows');
  const workflows = (await readdir(own)).map((name) => join(own, name));
  const shown = await writeShownWorkflows(folder);
  const actionlint: WorkflowJudge = {
    name: 'actionlint',
    judge: (files) =>
      complaints(tools.go.actionlint, ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files]),
  };
  const zizmor: WorkflowJudge = {
    name: 'zizmor',
    judge: (files) =>
      complaints(join(tools.workflowTools.commands, 'zizmor'), [
        '--offline',
        '--no-progress',
        '--format',
        'plain',
        ...files,
      ]),
  };
  const actions = ACTIONS.map((path) => join(ROOT, path));
  return [
    ...(await judged(actionlint, [...workflows, ...shown], bad)),
    ...(await judged(zizmor, [...workflows, ...actions], bad)),
  ];
}

async function judged(
  { name, judge }: WorkflowJudge,
  good: readonly string[],
  bad: string,
): Promise<string[]> {
  const found = await judge(good);
  const missed = (await judge([bad])) === '';
  return [
    ...(found === '' ? [] : [`workflows: ${name}: ${found}`]),
    ...(missed ? [`workflows: ${name} finds nothing wrong with a bad one`] : []),
  ];
}

/** The examples of the guide, each as a workflow: some show a job, some only a step. */
async function writeShownWorkflows(folder: string): Promise<string[]> {
  const text = await readFile(join(ROOT, 'docs/guides/github-actions.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error('the guide shows no workflow');
  return Promise.all(
    blocks.map(async (block, index) => {
      const path = join(folder, `shown-${index}.yml`);
      const job = block.startsWith('jobs:')
        ? block
        : `jobs:\n  shown:\n    runs-on: ubuntu-24.04\n    steps:\n${block}`;
      await writeFile(path, `on: push\n${job}`);
      return path;
    }),
  );
}

/** Both end with another status than 0 when they find something; a program that cannot run is no judge. */
async function complaints(program: string, argv: readonly string[]): Promise<string> {
  try {
    await runCommand(program, argv);
    return '';
  } catch (error) {
    if (
      error instanceof CommandFailure &&
      error.status !== undefined &&
      error.status !== 2 &&
      error.status !== 127
    )
      return error.output || `status ${error.status}`;
    throw error;
  }
}
