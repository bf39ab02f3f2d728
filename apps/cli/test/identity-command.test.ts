// SPDX-License-Identifier: Apache-2.0
import { delimiter, relative } from 'node:path';
import { inspect } from 'node:util';
import type { CommandResult } from '@colophon/oidc';
import { describe, expect, it } from 'vitest';
import { ambientPlace, runCommand } from '../src/signing/ambient-place.ts';
import { ambientProvider } from '../src/identity/identity.ts';
import { tokenFromInput } from '../src/signing/token-input.ts';
import type { Host } from '../src/host.ts';
import { canFakeTools, pathOf } from './support/fake-tools.ts';

const LIMITS = { timeoutMs: 5000, maxBytes: 1000 };

async function run(script: string, limits: Partial<Parameters<typeof runCommand>[2]> = {}) {
  const environment = pathOf({ tool: script });
  return runCommand('tool', ['one', '$(two)', ''], { ...LIMITS, environment, ...limits });
}

function shown(result: CommandResult | undefined) {
  return result && { status: result.status, stdout: result.stdout.reveal(), stderr: result.stderr };
}

describe.runIf(canFakeTools)('runCommand', () => {
  it('gives the words as they are, and takes both outputs', async () => {
    const result = await run('printf "[%s]" "$@"; echo oh >&2');
    expect(shown(result)).toEqual({ status: 0, stdout: '[one][$(two)][]', stderr: 'oh\n' });
    expect(inspect(result, { depth: 9, showHidden: true }) + JSON.stringify(result)).not.toContain('[one]');
  });

  it('gives nothing on standard input and only the environment that it is given', async () => {
    process.env['COLOPHON_TEST_LEAK'] = 'leak';
    const result = await run('cat; echo "<$COLOPHON_TEST_LEAK>"');
    delete process.env['COLOPHON_TEST_LEAK'];
    expect(shown(result)).toMatchObject({ status: 0, stdout: '<>\n' });
  });

  it.each([
    ['fails', 'echo token; exit 7', 7],
    ['takes too long', 'echo token; exec sleep 30', undefined],
    ['leaves a child that takes too long', 'sleep 30; echo', undefined],
    ['prints too much', 'while :; do echo token; done', undefined],
    ['crashes', 'kill -SEGV $$', undefined],
  ])('tells when the program %s', async (_title, script, status) => {
    const result = await run(script, { timeoutMs: 700 });
    expect(result).toMatchObject({ status });
  });

  it('tells when there is no such program', async () => {
    const environment = pathOf({});
    expect(await runCommand('no-such-tool', [], { ...LIMITS, environment })).toBeUndefined();
  });

  it('ends the program when it is interrupted', async () => {
    const interruption = new AbortController();
    const running = run('echo token; exec sleep 30', { signal: interruption.signal });
    const reason = new Error('enough');
    setTimeout(() => interruption.abort(reason), 100);
    await expect(running).rejects.toBe(reason);
  });

  it('does not run what may not be run, nor what lies in the folder that is worked in', async () => {
    const environment = pathOf({ tool: 'echo' }, 0o644);
    expect(await runCommand('tool', ['x'], { ...LIMITS, environment })).toBeUndefined();
    const { PATH = '' } = pathOf({ tool: 'echo' });
    const here = relative(process.cwd(), PATH.split(delimiter)[0] ?? '');
    expect(await runCommand('tool', ['x'], { ...LIMITS, environment: { PATH: here } })).toBeUndefined();
  });

  it('fails for words that no program can be given', async () => {
    const environment = pathOf({ tool: 'echo' });
    await expect(runCommand('tool', ['\0'], { ...LIMITS, environment })).rejects.toThrowError(
      'must be a string without null bytes',
    );
  });
});

describe('ambientPlace', () => {
  it('reads what the machine says of itself, if it says anything', () => {
    const { environment, readFile } = ambientPlace({ ...someHost(), environment: { CI: '1' } });
    expect(environment).toEqual({ CI: '1' });
    expect(readFile?.(import.meta.filename)).toContain('ambientPlace');
    expect(readFile?.('/sys/class/dmi/id/no-such-file')).toBeUndefined();
  });

  it('tells who gives us tokens, and whether they can be renewed', () => {
    const host = { ...someHost(), environment: { GITHUB_ACTIONS: 'true' } };
    expect(ambientProvider({ host })).toMatchObject({ name: 'GitHub Actions', renewable: true });
  });
});

describe('tokenFromInput', () => {
  it('reads standard input once in a run', async () => {
    const [one, another] = [someHost(), someHost()];
    expect(await tokenFromInput(one, from('to', 'ken\n'))).toBe('token');
    expect(await tokenFromInput(one, from())).toBe('token');
    expect(await tokenFromInput(another, from('b'))).toBe('b');
  });

  it.each([
    ['nothing', from(' \n')],
    ['a file that is no token', from(...Array.from({ length: 70 }, () => 'x'.repeat(1000)))],
  ])('refuses %s', async (_title, input) => {
    await expect(tokenFromInput(someHost(), input)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });
});

async function* from(...parts: string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

function someHost(): Host {
  return {} as Host;
}
