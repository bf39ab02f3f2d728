// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/command-table.ts';
import type { CommandSpec } from '../src/command.ts';
import { runCommandLine } from '../src/command-line.ts';
import { Terminal } from './support/terminal.ts';
import { openWorld } from './support/world.ts';

interface Named {
  readonly words: string[];
  readonly spec: CommandSpec;
}

function all(specs: readonly CommandSpec[], parents: readonly string[] = []): Named[] {
  return specs.flatMap((spec) => {
    const words = [...parents, spec.usage.split(' ')[0] ?? ''];
    return [{ words, spec }, ...all(spec.subcommands ?? [], words)];
  });
}

const COMMAND_LIST = all(COMMANDS).map(({ words, spec }) => [words.join(' '), words, spec] as const);
const VALUES: Readonly<Record<string, string[]>> = { staging: [] };

describe('the command line', () => {
  it.each(COMMAND_LIST)('%s offers no global option that it would ignore', async (_name, words, spec) => {
    const { stdout } = await openWorld().run(...words, '--help');
    for (const name of spec.unused ?? []) expect(stdout).not.toContain(`--${name} `);
    expect(stdout).toContain('--json ');
  });

  it.each(
    COMMAND_LIST.flatMap(([name, words, { unused = [] }]) =>
      unused.map((option) => [`${name} --${option}`, words, option] as const),
    ),
  )('%s is refused', async (_name, words, option) => {
    const { status, stderr } = await openWorld().run(...words, `--${option}`, ...(VALUES[option] ?? ['1']));
    expect([status, stderr]).toEqual([2, expect.stringContaining(`--${option} has no effect on`)]);
  });

  it.each([
    ['a missing value', ['convert', 'x', '--to', 'bundle', '--output'], '--output needs a value'],
    ['an option for a value', ['convert', 'x', '--output', '--to', 'bundle'], '--output needs a value'],
    ['an empty value', ['convert', 'x', '--to', 'bundle', '--output='], '--output needs a value'],
    ['an unknown command', ['frobnicate'], 'unknown command'],
  ])('says of %s what is wrong', async (_what, argv, words) => {
    const { status, stderr } = await openWorld().run(...argv);
    expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it.each([
    [['verify', 'x.whl', '--nonsense'], true],
    [['--trusted-root', 'r.json', 'verify', 'pypi', '--staging', 'a==1'], true],
    [['verify', 'identity', 'x.whl', '--max-trust-age'], true],
    [['--offline', 'trust', 'update'], false],
    [['sign', 'verify', '--nonsense'], false],
  ])('a command line that cannot be run says whether nothing was verified: %j', async (argv, expected) => {
    const { status, stderr } = await openWorld().run(...argv);
    const lines = stderr.split('\n');
    expect([status, lines[0] === 'nothing was verified', stderr.split('nothing was').length]).toEqual([
      2,
      expected,
      expected ? 2 : 1,
    ]);
  });

  it.each([
    [true, 72, 72],
    [true, 20, 60],
    [true, 400, 110],
    [true, undefined, 110],
    [false, 72, 110],
  ])(
    'lays out help for a terminal (%s) of %s columns in %s',
    async (stdoutIsTerminal, terminalColumns, most) => {
      let help = '';
      const host = { ...new Terminal().host(), stdoutIsTerminal, terminalColumns };
      await runCommandLine(['verify', '--help'], { ...host, writeOut: (text) => void (help += text) });
      expect(Math.max(...help.split('\n').map((line) => line.length))).toBe(most);
    },
  );

  // The parser by itself would take each of these for `false`.
  it.each(['--offline=1', '--deny-self-hosted=yes', '--deny-self-hosted-runners=on', '--json=TRUE', '-q=y'])(
    'refuses %s: a flag has no value that could turn it off',
    async (word) => {
      const run = await openWorld().run('verify', 'x.whl', '--publisher', 'github:o/r', word);
      expect([run.status, run.stderr]).toEqual([
        2,
        expect.stringContaining(`error[ERR_USAGE]: ${word.replace(/=.*/, '')} takes no value`),
      ]);
    },
  );

  // The parser by itself would take each for an operand, which is not seen among the others.
  it.each([
    ['publish', '--path', 'build'],
    ['check', '--path=build'],
    ['verify', '--publisher', 'github:o/r', '--file', 'x.whl'],
    ['convert', '--to', 'bundle', '--source', 'x'],
    ['publish', '--_', 'build'],
  ])('refuses %s %s, which is no option', async (...argv) => {
    const { status, stderr } = await openWorld().run(...argv);
    expect([status, stderr]).toEqual([2, expect.stringContaining('error[ERR_USAGE]: unknown argument: ')]);
  });

  it('takes what stands behind -- for operands, and refuses it where there are none', async () => {
    const world = openWorld();
    const flags = ['--publisher', 'github:o/r', '--offline', '--json'];
    const { stdout } = await world.run('verify', 'a.whl', ...flags, '--', 'b.whl', '--staging', 'identity');
    expect(JSON.parse(stdout)).toMatchObject({
      files: ['a.whl', 'b.whl', '--staging', 'identity'].map((file) => ({ file, status: 20 })),
    });
    expect(await world.run('trust', 'show', '--', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('unknown argument: x'),
    });
  });

  it('takes a lone dash as a value and as an operand', async () => {
    const world = openWorld();
    const value = await world.run('convert', 'x.attestation', '--to', 'bundle', '--output', '-');
    expect(value).toMatchObject({ status: 20 });
    const operand = await world.run('convert', '-', '--to', 'bundle');
    expect(operand.stderr).toContain('- does not exist');
  });

  it('a cause that repeats the message is not told again', async () => {
    const world = openWorld();
    world.write('x.attestation', '{');
    const { stderr } = await world.run('convert', 'x.attestation', '--to', 'bundle');
    expect(stderr).not.toContain('caused by: [ERR_JSON] not valid JSON');
  });
});
