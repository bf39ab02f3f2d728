// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { encodeUtf8, sha256Hex } from '@colophon/base';
import { sameVersion } from '@colophon/dist';
import type { PackageIndex } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import { readWhole } from '../files/input-file.ts';
import { exists, writeWhole } from '../files/output-file.ts';
import {
  encodeJournal,
  parseJournal,
  type FileRecord,
  type Journal,
  type JournalSubject,
  type StoreName,
} from './journal.ts';

/**
 * Where the journal of a release lies unless the user says where: one for each index, project and version. What a URL has
 * and a filename must not have is left out of it; a digest keeps apart what would then be alike.
 */
export function journalPath(folder: string, index: PackageIndex, release: JournalSubject): string {
  const words = [...indexWords(index), release.project, release.version].map((word) =>
    word.replaceAll(/[^\w.!+-]+/g, '_').replace(/_$/, ''),
  );
  return resolve(folder, join('.colophon', `${words.join('-')}.json`));
}

/** Of an index in a file's name, which file systems end at 255 bytes. */
const MAX_NAME = 80;

function indexWords({ name, uploadUrl, audience }: PackageIndex): string[] {
  if (audience !== undefined) return [name];
  return [name.slice(0, MAX_NAME), sha256Hex(encodeUtf8(uploadUrl)).slice(0, 12)];
}

/**
 * The journal of one release on disk. Every change is on the disk before `record` is done, whole; changes that come
 * while a write is under way go into the next one together.
 */
export class JournalFile {
  readonly path: string;
  readonly subject: JournalSubject;
  /** Whether it was there before this run. */
  readonly begun: boolean;
  readonly #files: Map<string, FileRecord>;
  #store: StoreName | undefined;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(path: string, subject: JournalSubject, written: Journal | undefined) {
    this.path = path;
    this.subject = subject;
    this.begun = written !== undefined;
    this.#files = new Map(written?.files);
    this.#store = written?.store;
  }

  /**
   * Opens the journal of a release; nothing is written before there is something to say.
   * @throws CliError ERR_JOURNAL for one that is malformed, or about another release, index or publisher; ERR_READ_FILE
   */
  static async open(path: string, subject: JournalSubject): Promise<JournalFile> {
    if (!(await exists(path))) return new JournalFile(path, subject, undefined);
    const journal = parseJournal(await readWhole(path), path);
    assertSameRelease(journal.subject, subject, path);
    return new JournalFile(path, subject, journal);
  }

  /** What `--store` said, in this run or an earlier one. */
  get store(): StoreName | undefined {
    return this.#store;
  }

  /** Keeps what `--store` says, to be written with the next record. */
  keepStore(store: StoreName): void {
    this.#store = store;
  }

  /** What was written of a file with exactly these bytes. */
  recordOf(filename: string, sha256: string): FileRecord | undefined {
    const record = this.#files.get(filename);
    return record?.sha256 === sha256 ? record : undefined;
  }

  /** Whether it speaks of other bytes under this name. */
  contradicts(filename: string, sha256: string): boolean {
    const record = this.#files.get(filename);
    return record !== undefined && record.sha256 !== sha256;
  }

  /** Adds to what is known of a file; done when it is on disk. @throws CliError ERR_OUTPUT_WRITE */
  record(filename: string, change: FileRecord): Promise<void> {
    this.#files.set(filename, { ...this.recordOf(filename, change.sha256), ...change });
    this.#next ??= this.#writeAfter(this.#writing);
    return this.#next;
  }

  async #writeAfter(earlier: Promise<void>): Promise<void> {
    await earlier.catch(() => undefined);
    const store = this.#store === undefined ? {} : { store: this.#store };
    const journal = { subject: this.subject, files: this.#files, ...store };
    this.#writing = writeWhole(this.path, encodeJournal(journal));
    this.#next = undefined;
    await this.#writing;
  }
}

function assertSameRelease(written: JournalSubject, wanted: JournalSubject, path: string): void {
  const differing = (['index', 'project', 'publisher'] as const).find(
    (part) => written[part] !== wanted[part],
  );
  const part = differing ?? (sameVersion(written.version, wanted.version) ? undefined : 'version');
  if (part === undefined) return;
  const [theirs, ours] = [written[part] ?? 'none', wanted[part] ?? 'none'];
  throw new CliError(
    'ERR_JOURNAL',
    `${path} is the journal of another release: its ${part} is ${theirs.slice(0, 200)}, and this one’s is ${ours}`,
  );
}
