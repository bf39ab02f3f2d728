// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAppError, type JsonObject } from '@colophon/base';
import { executeCommandLine } from 'colophon/src/command-line.ts';
import { adviceFor } from 'colophon/src/errors/hints.ts';
import { EXIT, type ExitStatus } from 'colophon/src/exit-status.ts';
import type { Host } from 'colophon/src/host.ts';
import { renderError } from 'colophon/src/render/error.ts';
import { Inputs, withoutInputs } from './inputs.ts';
import { folderOf, type Invocation, invocationOf } from './invocation.ts';
import { assertVersion } from './version-guard.ts';

/** Runs one step of a workflow: inputs to a command line, its outcome to the step's outputs. Gives the exit status. */
export async function runStep(host: Host): Promise<ExitStatus> {
  const inputs = new Inputs(host.environment);
  const own: Host = { ...host, environment: withoutInputs(host.environment) };
  try {
    const invocation = invocationOf(inputs);
    for (const warning of invocation.warnings) host.writeError(`warning: ${warning}\n`);
    const version = inputs.text('version');
    if (version !== undefined) await assertVersion(version, folderOf(inputs), own);
    return await runInvocation(invocation, own);
  } catch (error) {
    own.writeError(renderError(error, false));
    return isAppError(error) ? adviceFor(error.code).exit : EXIT.bug;
  }
}

async function runInvocation({ argv, environment, afterwards }: Invocation, host: Host): Promise<ExitStatus> {
  const own = { ...host, environment: { ...host.environment, ...environment } };
  const { status: first, report } = await executeCommandLine(argv, own);
  const status =
    first === EXIT.ok && afterwards !== undefined
      ? (await executeCommandLine(afterwards, host)).status
      : first;
  await writeOutputs(status, report, host);
  return status;
}

/** `status`, and `report`: the file of the document that `--json` prints. */
async function writeOutputs(
  status: ExitStatus,
  report: JsonObject | undefined,
  { environment }: Host,
): Promise<void> {
  const file = environment['GITHUB_OUTPUT'];
  if (!file) return;
  const lines = [`status=${status}`];
  if (report !== undefined) {
    const path = join(environment['RUNNER_TEMP'] || tmpdir(), `colophon-${randomUUID()}.json`);
    await writeFile(path, `${JSON.stringify(report)}\n`);
    lines.push(`report=${path}`);
  }
  await appendFile(file, `${lines.join('\n')}\n`);
}
