// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { createColors } from 'picocolors';
import { adviceOf, ERROR_PAGE } from '../errors/hints.ts';
import { escapeLine } from './escape.ts';

const MAX_CAUSES = 6;

/**
 * An error as a person reads it: what failed, why, the likely question, and where to read on. Ends in a newline. Colour
 * only sets words off; nothing depends on it.
 */
export function renderError(error: unknown, color = false): string {
  if (!isAppError(error)) return renderBug(error);
  const { hint, see } = adviceOf(error);
  const { bold, cyan, red } = createColors(color);
  return [
    `${bold(red(`error[${error.code}]`))}: ${escapeLine(error.message)}`,
    ...causes(error).map((line) => `  caused by: ${line}`),
    '',
    ...(hint === undefined ? [] : [`${cyan('hint')}: ${hint}`]),
    `see: ${see}`,
    '',
  ].join('\n');
}

/** The messages of the causes below an error, outermost first; one that the line before it ends with says nothing more. */
export function causes(error: Error): string[] {
  const lines: string[] = [];
  let told = error.message;
  let cause: unknown = error.cause;
  while (cause instanceof Error && lines.length < MAX_CAUSES) {
    const code = isAppError(cause) ? `[${cause.code}] ` : '';
    if (!told.endsWith(cause.message)) lines.push(code + escapeLine(cause.message));
    told = cause.message;
    cause = cause.cause;
  }
  return lines;
}

// Only a bug shows its stack: it is what has to be reported.
function renderBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'error[ERR_BUG]: this is a fault in colophon, not in your input',
    ...escapeStack(stack),
    '',
    'hint: please report the text above',
    `see: ${ERROR_PAGE}#err_bug`,
    '',
  ].join('\n');
}

function escapeStack(stack: string): string[] {
  return stack
    .split('\n')
    .slice(0, 12)
    .map((line) => `  ${escapeLine(line)}`);
}
