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
import { attaches, folderOf, type Invocation, invocationOf } from './invocation.ts';
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
  const inputs = new Inputs(host.environment);
  const own: Host = { ...host, environment: withoutInputs(host.environment) };
  try {
    const invocation = invocationOf(inputs);
    for (const warning of invocation.warnings) host.writeError(`warning: ${warning}\n`);
    const version = inputs.text('version');
    if (version !== undefined) await assertVersion(version, folderOf(inputs), own);
    const release = attaches(inputs) ? await publishedRelease(own) : undefined;
    if (release === undefined) return (await runInvocation(invocation, own)).status;
    return await signRelease(invocation, release, {
      host: own,
      token: githubToken(inputs.text('github-token')),
    });
  } catch (error) {
    own.writeError(renderError(error, false));
    return isAppError(error) ? adviceFor(error.code).exit : EXIT.bug;
  }
}

interface Ran {
  readonly status: ExitStatus;
  readonly report: JsonObject | undefined;
}

async function runInvocation(
  { argv, environment, afterwards }: Invocation,
  host: Host,
  more: readonly string[] = [],
): Promise<Ran> {
  const own = { ...host, environment: { ...host.environment, ...environment } };
  const { status: first, report } = await executeCommandLine([...argv, ...more], own);
  const again = first === EXIT.ok && afterwards !== undefined;
  const status = again ? (await executeCommandLine([...afterwards, ...more], host)).status : first;
  await writeOutputs(status, report, host);
  return { status, report };
}

/** Signs the source archives of a published release too, and attaches all that was signed, with its bundles. */
async function signRelease(
  invocation: Invocation,
  release: PublishedRelease,
  { host, token }: { host: Host; token: Secret },
): Promise<ExitStatus> {
  const folder = await mkdtemp(join(host.environment['RUNNER_TEMP'] || tmpdir(), 'colophon-sources-'));
  const archives = await sourceArchives(release, { host, token, folder });
  const { status, report } = await runInvocation(invocation, host, archives);
  if (status === EXIT.ok) await attachAll(signedPaths(report, host), release, { host, token });
  return status;
}

function signedPaths(report: JsonObject | undefined, { workingDirectory }: Host): string[] {
  const files = (report?.['files'] ?? []) as { file: string; outputs?: string[] }[];
  return files.flatMap(({ file, outputs = [] }) => [resolve(workingDirectory, file), ...outputs]);
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
