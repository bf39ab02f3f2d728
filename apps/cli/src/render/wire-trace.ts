// SPDX-License-Identifier: Apache-2.0
import type { HttpClientOptions, WireEvent } from '@colophon/http';
import type { GlobalOptions } from '../options/global.ts';
import type { Talk } from './talk.ts';

/** What `-vv` adds to a client: each request, answer and failure in lines like those of curl. */
export function wireTrace(
  { verbosity }: Pick<GlobalOptions, 'verbosity'>,
  talk: Talk,
): Pick<HttpClientOptions, 'onWire'> {
  if (verbosity < 2) return {};
  return {
    onWire: (event) => {
      for (const line of linesOf(event)) talk.say(line);
    },
  };
}

function linesOf(event: WireEvent): string[] {
  const place = `${event.method} ${event.url}`;
  if (event.kind === 'request')
    return [`> ${place} (${event.bytes} bytes)`, ...headerLines('>', event.headers)];
  const after = `after ${event.milliseconds.toFixed(0)} ms`;
  if (event.kind === 'failure') return [`! ${place}: ${event.text}, ${after}`];
  return [`< ${event.status} to ${place} ${after}`, ...headerLines('<', event.headers)];
}

function headerLines(mark: string, headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${mark}   ${name}: ${value}`);
}
