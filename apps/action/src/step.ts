// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isAppError, type JsonObject, type Secret } from '@colophon/base';
import { executeCommandLine } from 'colophon/src/command-line.ts';
import { adviceFor } from 'colophon/src/errors/hints.ts';
import { EXIT, type ExitStatus } from 'colophon/src/exit-status.ts';
import type { Host } from 'colophon/src/host.ts';
import { renderError } from 'colophon/src/render/error.ts';
import { Inputs, withoutInputs } from './inputs.ts';
import { type Invocation, invocationOf } from './invocation.ts';
import {
  attachAll,
  githubToken,
  type PublishedRelease,
  publishedRelease,
  sourceArchives,
} from './release-assets.ts';
import { assertVersion } from './version-guard.ts';

/** Runs one step of a workflow: inputs to a command line, its outcome to the step's outputs. Gives the exit status. */
export async function runStep(host: Host): Promise<ExitStatus> {
  const own: Host = { ...host, environment: withoutInputs(host.environment) };
  let ran: Ran;
  try {
    ran = await runInputs(new Inputs(host.environment), own);
  } catch (error) {
    own.writeError(renderError(error, false));
    ran = { status: isAppError(error) ? adviceFor(error.code).exit : EXIT.bug, report: undefined };
  }
  await writeOutputs(ran, own);
  return ran.status;
}

interface Ran {
  readonly status: ExitStatus;
  readonly report: JsonObject | undefined;
}

async function runInputs(inputs: Inputs, host: Host): Promise<Ran> {
  const invocation = invocationOf(inputs);
  for (const warning of invocation.warnings) host.writeError(`warning: ${warning}\n`);
  const { guard, attaching } = invocation;
  if (guard !== undefined) await assertVersion(guard.version, guard.folder, host);
  const release = attaching === undefined ? undefined : await publishedRelease(host);
  if (release === undefined) return runInvocation(invocation, host);
  return signRelease(invocation, release, { host, token: githubToken(attaching?.token) });
}

async function runInvocation(
  { argv, environment, afterwards }: Invocation,
  host: Host,
  more: readonly string[] = [],
): Promise<Ran> {
  const own = { ...host, environment: { ...host.environment, ...environment } };
  const { status, report } = await executeCommandLine([...argv, ...more], own);
  if (status !== EXIT.ok || afterwards === undefined) return { status, report };
  const again = await executeCommandLine([...afterwards, ...more], host);
  return { status: again.status, report };
}

/** Signs the source archives of a published release too, and attaches all that was signed, with its bundles. */
async function signRelease(
  invocation: Invocation,
  release: PublishedRelease,
  { host, token }: { host: Host; token: Secret },
): Promise<Ran> {
  const folder = await mkdtemp(join(host.environment['RUNNER_TEMP'] || tmpdir(), 'colophon-sources-'));
  const archives = await sourceArchives(release, { host, token, folder });
  const ran = await runInvocation(invocation, host, archives);
  if (ran.status === EXIT.ok) await attachAll(signedPaths(ran.report, host), release, { host, token });
  return ran;
}

function signedPaths(report: JsonObject | undefined, { workingDirectory }: Host): string[] {
  const files = (report?.['files'] ?? []) as { file: string; outputs?: string[] }[];
  return files.flatMap(({ file, outputs = [] }) => [resolve(workingDirectory, file), ...outputs]);
}

/** `status`, and `report`: the file of the document that `--json` prints. */
async function writeOutputs({ status, report }: Ran, { environment }: Host): Promise<void> {
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
