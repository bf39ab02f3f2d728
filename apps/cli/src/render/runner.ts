// SPDX-License-Identifier: Apache-2.0
import { appendFile } from 'node:fs/promises';
import type { Context } from '../command.ts';
import type { Host } from '../host.ts';
import { escapeLine } from './escape.ts';

export interface Annotation {
  /** As the runner knows the file: relative to the working directory, where it lies below it. */
  readonly file?: string;
  readonly title: string;
  readonly message: string;
}

/** The file for the summary of this step, where a GitHub runner runs us. */
export function summaryFile({ environment }: Host): string | undefined {
  return environment['GITHUB_ACTIONS'] === 'true'
    ? environment['GITHUB_STEP_SUMMARY'] || undefined
    : undefined;
}

/** Marks a failure where people look at the run; nothing happens elsewhere than on a runner. */
export function annotate({ host, talk }: Context, { file, title, message }: Annotation): void {
  if (summaryFile(host) === undefined) return;
  const properties = { ...(file === undefined ? {} : { file }), title };
  const shown = Object.entries(properties).map(([name, value]) => `${name}=${propertyText(value)}`);
  talk.raw(`::error ${shown.join(',')}::${dataText(message)}\n`);
}

/** Adds to the summary of this step. That it cannot be written is no failure of what it tells. */
export async function addSummary({ host, talk }: Context, markdown: string): Promise<void> {
  const path = summaryFile(host);
  if (path === undefined) return;
  try {
    await appendFile(path, `${markdown}\n`);
  } catch (error) {
    talk.warn(`the summary of this step cannot be written: ${error instanceof Error ? error.message : ''}`);
  }
}

// What came from a server or a file name must not end the command that it stands in, or begin another.
function dataText(text: string): string {
  return escapeLine(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function propertyText(text: string): string {
  return dataText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Text as Markdown that shows it, and does nothing else: every character that could mean something is escaped. */
export function markdownText(text: string): string {
  return escapeLine(text).replace(/[!-/:-@[-`{-~]/g, (character) => `\\${character}`);
}

/** Lines as a block of code that nothing in them can end. */
export function markdownCode(lines: readonly string[], language: string): string {
  const runs = lines.join('\n').match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return [`${fence}${language}`, ...lines.map(escapeLine), fence].join('\n');
}
