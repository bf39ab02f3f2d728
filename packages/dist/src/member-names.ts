// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { MAX_MEMBERS, MAX_NAME_BYTES } from './archive-limits.ts';
import { archiveError } from './archive-problem.ts';

/**
 * The names of an archive's members as they come in. Refuses those that would leave the folder they are unpacked in,
 * that two systems read differently, or that stand twice: which of two copies counts depends on the reader.
 */
export class MemberNames {
  readonly all: Set<string> = new Set();
  readonly #path: string;
  #count = 0;
  #bytes = 0;

  /** @param path of the archive, for messages */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws DistError ERR_DIST_ARCHIVE */
  add(name: string, bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
    if (this.#count > MAX_MEMBERS)
      throw archiveError('archive-limit', `${this.#path}: more than ${MAX_MEMBERS} members`);
    if (this.#bytes > MAX_NAME_BYTES)
      throw archiveError('archive-limit', `${this.#path}: names of more than ${MAX_NAME_BYTES} bytes`);
    const flaw = nameFlaw(name);
    if (flaw !== undefined)
      throw archiveError('archive-name', `${this.#path}: member ${quote(name)} has ${flaw}`);
    if (this.all.has(name) && !name.endsWith('/'))
      throw archiveError('archive-duplicate', `${this.#path}: member ${quote(name)} stands twice`);
    this.all.add(name);
  }
}

function nameFlaw(name: string): string | undefined {
  if (name === '') return 'no name';
  if (/\p{Cc}/u.test(name)) return 'a control character in its name';
  // What a lenient decoder leaves of bytes that are not UTF-8.
  if (name.includes('\ufffd')) return 'a name that is not UTF-8';
  if (name.includes('\\')) return 'a backslash in its name';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'an absolute path for a name';
  if (name.split('/').includes('..')) return 'a name that climbs out of the archive';
  return undefined;
}
