// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/command-table.ts';
import { offeredCommands } from '../src/completion/completion-words.ts';
import { completionScript } from '../src/completion/shell-scripts.ts';
import { runCommandLine } from '../src/command-line.ts';

const OFFERED = offeredCommands(COMMANDS);

async function run(argv: readonly string[], environment: Record<string, string> = {}) {
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(argv, {
    environment,
    workingDirectory: '/',
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => new Date(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
  });
  return { status, stdout: out.join(''), stderr: error.join('') };
}

/** What bash offers for the last of these words. */
function completed(...words: string[]): string[] {
  const line = ['colophon', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash', OFFERED)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _colophon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  return text.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it.each([
    ['a command', ['pub'], ['publish']],
    ['an option of a command', ['publish', '--att'], ['--attestations']],
    ['a global option', ['publish', 'dist', '--tim'], ['--time-budget']],
    ['the choices of an option', ['publish', '--attestations', ''], ['auto', 'require', 'off']],
    ['one of them', ['release', '--trusted-publishing', 'n'], ['never']],
    ['a command below a command', ['verify', 'py'], ['pypi']],
    ['an option of that', ['verify', 'pypi', '--down'], ['--download']],
    ['nothing, for a file as a value', ['publish', '--cert', ''], []],
    ['nothing, for a path', ['publish', 'di'], []],
    ['no option that is hidden', ['publish', '--passw'], ['--password-stdin']],
  ])('offers %s', (_title, words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints the script of %s, whole', async (shell) => {
    const { status, stdout } = await run(['completion', shell]);
    expect(status).toBe(0);
    for (const word of ['publish', 'doctor', 'skip-existing', 'several-versions', 'pypi'])
      expect(stdout).toContain(word);
  });

  it('knows the user’s shell', async () => {
    const { stdout } = await run(['completion'], { SHELL: '/usr/bin/fish' });
    expect(stdout).toMatch(/^# fish completion/);
  });

  it('quotes what stands in descriptions', () => {
    const tricky = [
      {
        path: '',
        subcommands: [{ name: 'x', describe: "it's: a \\ test" }],
        options: [{ name: 'y', describe: "it's: so", takesValue: true, choices: [] }],
      },
    ];
    expect(completionScript('zsh', tricky)).toContain(`'x:it'\\''s\\: a \\\\ test'`);
    expect(completionScript('fish', tricky)).toContain(`-a x -d 'it\\'s: a \\\\ test'`);
  });

  it.each([[['completion', 'tcsh']], [['completion', 'bash', 'zsh']], [['completion']]])(
    'refuses %s',
    async (argv) => {
      expect((await run(argv)).status).toBe(2);
    },
  );
});
