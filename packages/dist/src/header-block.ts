// SPDX-License-Identifier: Apache-2.0
import { DistError } from './dist-error.ts';

/** A message of RFC 822 style: headers in their order, then a body. */
export interface HeaderBlock {
  /** Names in lower case; values with their folded lines as they stand. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const HEADER = /^([\x21-\x39\x3b-\x7e]+):[ \t]*/;

/** More headers than any project has; without a bound, lines of three bytes would make millions of objects. */
const MAX_HEADERS = 65_536;

/**
 * Divides a text as Python's `email.parser` does under its `compat32` policy: lines end in LF, CR or CRLF; a line that
 * begins with a blank belongs to the header before it and keeps its line end and indentation; the first line that is
 * neither header nor continuation ends the headers, and begins the body unless it is empty. Lines of mail boxes
 * (`From `) and headers without a name are skipped.
 * @throws DistError ERR_DIST_METADATA when there are more than 65536 headers
 */
export function parseHeaderBlock(text: string): HeaderBlock {
  const headers: [name: string, value: string][] = [];
  let at = 0;
  let skipped = true;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    const [start, name] = HEADER.exec(line) ?? [];
    const last = headers.at(-1);
    if (start !== undefined && name !== undefined)
      headers.push([name.toLowerCase(), line.slice(start.length)]);
    else if (!/^(?:[ \t:]|From )/.test(line)) break;
    else if (/^[ \t]/.test(line) && last && !skipped) last[1] += line;
    skipped = skipped ? name === undefined : /^(?::|From )/.test(line);
    if (headers.length > MAX_HEADERS)
      throw new DistError('ERR_DIST_METADATA', `metadata: more than ${MAX_HEADERS} headers`);
    at = end;
  }
  const blank = /^(?:\r\n|\r|\n)/.exec(text.slice(at, at + 2))?.[0].length ?? 0;
  return { headers: headers.map(([name, value]) => [name, trimEnds(value)]), body: text.slice(at + blank) };
}

function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\n') return at + 1;
    if (char === '\r') return text[at + 1] === '\n' ? at + 2 : at + 1;
  }
  return text.length;
}

// A header may begin on its second line; the blank before the first word is then line end and indentation.
function trimEnds(value: string): string {
  let end = value.length;
  while (end > 0 && (value[end - 1] === '\n' || value[end - 1] === '\r')) end -= 1;
  return value.slice(0, end).replace(/^[ \t\r\n]+/, '');
}
