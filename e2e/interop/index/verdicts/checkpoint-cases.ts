// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { base64 } from '../forge/authority.ts';
import type { CheckpointFacts, EntryShape } from '../forge/log-entry.ts';
import type { ForgedCase } from './case.ts';

const note = (text: (facts: CheckpointFacts) => string): EntryShape => ({ note: text });
const envelope = (text: (note: string, line: (name?: string) => string) => string): EntryShape => ({
  envelope: text,
});
const witness = (): string => `\u2014 witness ${base64(randomBytes(74))}\n`;

/** Checkpoints whose text is signed by the log as it stands. */
const NOTES: Readonly<Record<string, EntryShape>> = {
  'of a smaller tree': { size: 8 },
  'of a larger tree': { size: 10 },
  'a line more': note(({ origin, size, root }) => `${origin}\n${size}\n${root}\nTimestamp: 5\n`),
  'two lines more': note(({ origin, size, root }) => `${origin}\n${size}\n${root}\na\nb\n`),
  'no root': note(({ origin, size }) => `${origin}\n${size}\n`),
  'a size that is none': note(({ origin, root }) => `${origin}\nx\n${root}\n`),
  'a size with a plus': note(({ origin, size, root }) => `${origin}\n+${size}\n${root}\n`),
  'a size with a zero before it': note(({ origin, size, root }) => `${origin}\n0${size}\n${root}\n`),
  'an empty origin': note(({ size, root }) => `\n${size}\n${root}\n`),
  'a space before the origin': note(({ origin, size, root }) => ` ${origin}\n${size}\n${root}\n`),
  'another root': note(({ origin, size }) => `${origin}\n${size}\n${base64(randomBytes(32))}\n`),
  'a newline before it': note(({ origin, size, root }) => `\n${origin}\n${size}\n${root}\n`),
  'with CRLF': note(({ origin, size, root }) => `${origin}\r\n${size}\r\n${root}\r\n`),
  'letters after the root': note(({ origin, size, root }) => `${origin}\n${size}\n${root}!!\n`),
};

const SIGNATURES: Readonly<Record<string, EntryShape>> = {
  none: envelope((text) => `${text}\n`),
  'a bad one of the log': envelope((text, line) => `${text}\n${damaged(line())}`),
  'a bad one before the good one': envelope((text, line) => `${text}\n${damaged(line())}${line()}`),
  'a bad one after the good one': envelope((text, line) => `${text}\n${line()}${damaged(line())}`),
  'a witness before it': envelope((text, line) => `${text}\n${witness()}${line()}`),
  'a witness after it': envelope((text, line) => `${text}\n${line()}${witness()}`),
  'under another name': envelope((text, line) => `${text}\n${line('evil.test')}`),
  'with a hyphen': envelope((text, line) => `${text}\n${line().replace('\u2014', '-')}`),
  'a line of garbage before it': envelope((text, line) => `${text}\ngarbage\n${line()}`),
  'no newline at its end': envelope((text, line) => `${text}\n${line().trimEnd()}`),
  'a third part': envelope((text, line) => `${text}\n${line()}\nx\n`),
  'no blank line before it': envelope((text, line) => `${text}${line()}`),
  'a witness too short': envelope((text, line) => `${text}\n\u2014 w AAAA\n${line()}`),
  'a witness that is no base64': envelope((text, line) => `${text}\n\u2014 w !!!!\n${line()}`),
  twice: envelope((text, line) => `${text}\n${line()}${line()}`),
};

/** The same line with the first byte behind the key hint turned: the log's by name and hint, and not made by it. */
function damaged(line: string): string {
  const [dash, name, blob = ''] = line.trimEnd().split(' ');
  const bytes = Buffer.from(blob, 'base64');
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
  return `${dash} ${name} ${base64(bytes)}\n`;
}

export function checkpointCases(): ForgedCase[] {
  return [...entryCases('checkpoint: text', NOTES), ...entryCases('checkpoint: signatures', SIGNATURES)];
}

function entryCases(kind: string, entries: Readonly<Record<string, EntryShape>>): ForgedCase[] {
  return Object.entries(entries).map(([name, entry]) => ({ kind, name, shape: { entry } }));
}
