// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import type { CommandLimits, CommandResult, RunCommand } from '../src/index.ts';
import { detect, refusal } from './support/ambient-run.ts';
import { toyToken } from './support/toy-token.ts';

function ended(status: number | undefined, stdout: string, stderr = ''): CommandResult {
  return { status, stdout: new Secret(stdout), stderr };
}

interface Call {
  readonly argv: readonly string[];
  readonly limits: CommandLimits;
}

function runner(result: CommandResult | undefined): { calls: Call[]; runCommand: RunCommand } {
  const calls: Call[] = [];
  return {
    calls,
    runCommand: async (file, args, limits) => {
      calls.push({ argv: [file, ...args], limits });
      return result;
    },
  };
}

function failToRun(): Promise<never> {
  return Promise.reject(new TypeError(`failed: ${toyToken()}`));
}

describe.each([
  [
    'Buildkite',
    { BUILDKITE: 'true', BUILDKITE_AGENT_ACCESS_TOKEN: 'agent-credential' },
    ['buildkite-agent', 'oidc', 'request-token', '--audience', 'sigstore'],
  ],
  [
    'CircleCI',
    { CIRCLECI: 'true', CIRCLE_TOKEN: 'agent-credential' },
    ['circleci', 'run', 'oidc', 'get', '--claims', '{"aud":"sigstore"}', '--root-issuer'],
  ],
] as const)('%s', (provider, environment, argv) => {
  const tool = argv[0];

  it('gets a token by its tool, within bounds', async () => {
    const { calls, runCommand } = runner(ended(0, `${toyToken()}\n`, 'a warning'));
    expect(await detect({ environment, runCommand })).toMatchObject({ provider, renewable: true });
    expect(calls).toEqual([{ argv, limits: { environment, timeoutMs: 30_000, maxBytes: 262_144 } }]);
  });

  it.each([
    ['is not there', undefined, 'ERR_TOKEN_PERMISSION', `${tool}, which is not in the PATH`],
    [
      'refuses',
      ended(1, toyToken(), `agent-credential has no right \u001b[31m${toyToken()}`),
      'ERR_TOKEN_SERVICE',
      'exit status 1: [redacted] has no right',
    ],
    ['refuses without a word', ended(2, 'some words of its own'), 'ERR_TOKEN_SERVICE', 'exit status 2; the'],
    [
      'does not end',
      ended(undefined, toyToken()),
      'ERR_TOKEN_SERVICE',
      'was ended, or crashed: it may take 30 s',
    ],
    [
      'prints no token',
      ended(0, 'hello\n'),
      'ERR_TOKEN_MALFORMED',
      `${provider} gave a token of no use: not a usable identity token`,
    ],
    [
      'prints a token for another',
      ended(0, toyToken({ aud: 'pypi' })),
      'ERR_TOKEN_AUDIENCE',
      'for "pypi", not for "sigstore"',
    ],
  ])('ends when its tool %s', async (_title, result, code, words) => {
    const { runCommand } = runner(result);
    const error = await refusal(
      { environment, runCommand },
      'agent-credential',
      '\u001b',
      'some words of its own',
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('keeps to itself what the runner throws, for it may hold the output', async () => {
    const error = await refusal({ environment, runCommand: failToRun });
    expect(error).toMatchObject({
      code: 'ERR_TOKEN_SERVICE',
      message: `${provider}: ${tool} cannot be run`,
    });
    expect(error.cause).toBeUndefined();
  });

  it('ends with the caller`s reason when it is interrupted', async () => {
    const interruption = new AbortController();
    const reason = new Error('enough');
    const runCommand = () => {
      interruption.abort(reason);
      return Promise.reject(new Error('killed'));
    };
    const { signal } = interruption;
    await expect(detect({ environment, runCommand, signal })).rejects.toBe(reason);
  });

  it('is an error where nothing may be run', async () => {
    expect(await refusal({ environment })).toMatchObject({ code: 'ERR_TOKEN_SERVICE' });
  });
});
