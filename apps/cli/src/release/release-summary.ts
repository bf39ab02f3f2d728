// SPDX-License-Identifier: Apache-2.0
import { relative } from 'node:path';
import { isAppError } from '@colophon/base';
import type { Context } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { addSummary, annotate, markdownCode, markdownText } from '../render/runner.ts';
import { proofCommands } from './proof-commands.ts';
import type { ProjectRelease } from './project-release.ts';
import type { FileProgress } from './release-report.ts';
import { isReleased, statusOf, wordFor } from './release-outcome.ts';
import type { ReleaseSettings } from './release-settings.ts';

/** Tells people who look at a CI run how the release went: a summary, and a mark at each failure. */
export async function tellRunner(
  releases: readonly ProjectRelease[],
  settings: ReleaseSettings,
): Promise<void> {
  const { context } = settings;
  for (const one of releases.flatMap(({ files }) => files)) if (one.failed) annotateFile(one, context);
  for (const release of releases) {
    const done = statusOf(release.files) === EXIT.ok;
    await addSummary(context, summaryOf(release, settings, done));
  }
}

/** Tells of a release that came to nothing. */
export async function tellRunnerOfFailure(error: unknown, context: Context): Promise<void> {
  const [title, message] = describe(error);
  annotate(context, { title, message });
  await addSummary(context, `### Not released\n\n${markdownText(`${title}: ${message}`)}\n`);
}

function annotateFile({ file, error }: FileProgress, context: Context): void {
  const [title, message] = describe(error);
  annotate(context, { file: relative(context.host.workingDirectory, file.path), title, message });
}

function describe(error: unknown): [code: string, message: string] {
  const message = error instanceof Error ? error.message : String(error);
  return [isAppError(error) ? error.code : 'ERR_BUG', message];
}

function summaryOf(release: ProjectRelease, settings: ReleaseSettings, done: boolean): string {
  const { project, version, files } = release;
  const there = isReleased(files);
  const rest = there && !done ? ', but not stored on GitHub' : '';
  const title = `${project} ${version} ${there ? 'is released' : 'is not released'} to ${settings.index.name}${rest}`;
  const rows = files.map((one) => [wordFor(one), one.file.filename, one.file.digests.sha256]);
  const failures = files
    .filter(({ failed }) => failed)
    .map(({ error }) => `* ${markdownText(describe(error).join(': '))}`);
  const commands = done ? proofCommands(release, settings) : [];
  return [
    `### ${markdownText(title)}`,
    '',
    '| | file | SHA-256 |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.map(markdownText).join(' | ')} |`),
    '',
    ...(failures.length > 0 ? [...failures, ''] : []),
    ...(commands.length > 0 ? ['Anyone can verify it:', '', markdownCode(commands, 'sh'), ''] : []),
    ...(done ? [] : ['The same command finishes what is missing; nothing is done twice.', '']),
  ].join('\n');
}
