// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import type { Arguments } from '../options/arguments.ts';
import { stageEnvironment, startFor } from '../release/rehearsal.ts';

/** `sandbox`: starts it and prints the environment to use it, or runs a command in that environment. */
export async function runSandbox(args: Arguments, context: Context): Promise<Outcome> {
  const { host, talk } = context;
  if (args.operands.length > 0) throw usageError('sandbox takes its command behind `--`');
  const folder = await mkdtemp(join(tmpdir(), 'colophon-sandbox-'));
  const publisher = args.text('publisher') ?? 'github:octo-org/sampler/release.yml';
  const projects = args.texts('project');
  const sandbox = await startFor(publisher, projects.length > 0 ? projects : ['colophon-sample']);
  try {
    const { trustConfig } = await sandbox.writeTrustFiles(folder);
    const environment = {
      ...stageEnvironment(context, sandbox, trustConfig),
      PIP_INDEX_URL: sandbox.index.simpleUrl,
    };
    if (args.rest.length > 0) return await runInside(args.rest, environment, host.signal);
    for (const [name, value] of Object.entries(environment))
      if (host.environment[name] !== value)
        talk.result(`export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`);
    talk.say('the sandbox runs until it is interrupted');
    if (!host.signal.aborted) await once(host.signal, 'abort');
    return { status: EXIT.ok, report: { schema: 'colophon.sandbox/1', status: EXIT.ok } };
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInside(
  command: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<Outcome> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: 'inherit', signal });
  const status = await new Promise<number>((done, fail) => {
    child.once('error', (cause) => fail(usageError(`${program} cannot be started: ${cause.message}`)));
    child.once('close', (code) => done(code ?? EXIT.interrupted));
  });
  // The command's own status is what its caller asked for, whatever it means.
  return { status: status as ExitStatus, report: { schema: 'colophon.sandbox/1', status } };
}
