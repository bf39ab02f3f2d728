// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { quote } from '@colophon/base';
import { Parser, type ReadEntry } from 'tar';
import { MAX_MEMBER_SIZE } from './archive-limits.ts';
import { archiveError, type ArchiveContents } from './archive-problem.ts';
import { MemberNames } from './member-names.ts';
import type { MemberSink, MemberVisitor } from './member-visitor.ts';

const FILES = new Set(['File', 'OldFile', 'ContiguousFile']);
const LINKS = new Set(['Link', 'SymbolicLink']);
const BLOCK = 512;

/** Feeds a tar to node-tar's parser and judges each member as its header comes by. */
export class TarScan {
  readonly #path: string;
  readonly #wanted: ReadonlySet<string>;
  readonly #visit: MemberVisitor | undefined;
  readonly #names: MemberNames;
  readonly #members: Map<string, Uint8Array> = new Map();
  readonly #parser: Parser;
  #head: Buffer | undefined = Buffer.alloc(0);
  #state: 'members' | 'null-block' | 'end' = 'members';
  #sink: MemberSink | undefined;
  #failure: unknown;

  constructor(path: string, wanted: readonly string[], visit?: MemberVisitor) {
    this.#path = path;
    this.#wanted = new Set(wanted);
    this.#visit = visit;
    this.#names = new MemberNames(path);
    this.#parser = this.#createParser();
  }

  /** @throws DistError ERR_DIST_ARCHIVE, or what the parser throws */
  write(chunk: Buffer): void {
    // The parser would unpack a second layer by itself; the first block shows whether there is one.
    if (this.#head) {
      this.#head = Buffer.concat([this.#head, chunk]);
      if (this.#head.length >= BLOCK) this.#flushHead();
    } else this.#feed(chunk);
  }

  /** @throws DistError ERR_DIST_ARCHIVE, or what the parser throws */
  end(): ArchiveContents {
    if (this.#head) this.#flushHead();
    if (this.#state !== 'end') this.#parser.end();
    if (this.#failure !== undefined) throw this.#failure;
    return { names: this.#names.all, members: this.#members, notes: [] };
  }

  #createParser(): Parser {
    const parser = new Parser({
      strict: true,
      zstd: false,
      filter: (_name, entry) => this.#isRead(entry as ReadEntry),
    });
    parser.on('error', (cause: unknown) => {
      this.#failure ??= cause;
    });
    parser.on('ignoredEntry', (entry: ReadEntry) => this.#judge(entry));
    parser.on('entry', (entry: ReadEntry) => {
      this.#judge(entry);
      this.#read(entry);
    });
    parser.on('meta', (text: string) => this.#judgeExtension(text));
    // Python's tarfile stops at the first empty block, this parser at the second: nothing may come between.
    parser.on('nullBlock', () => {
      this.#state = 'null-block';
    });
    parser.on('eof', () => {
      this.#state = 'end';
    });
    return parser;
  }

  #flushHead(): void {
    const head = this.#head ?? Buffer.alloc(0);
    this.#head = undefined;
    if (head[0] === 0x1f && head[1] === 0x8b)
      throw archiveError('archive-damaged', `${this.#path}: compressed twice`);
    if (head.length < BLOCK)
      throw archiveError('archive-damaged', `${this.#path}: too short for a tar archive`);
    this.#feed(head);
  }

  // After its end the parser would hoard what follows; the padding of zeros there is let go.
  #feed(chunk: Buffer): void {
    if (this.#state !== 'end') this.#parser.write(chunk);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #judge(entry: ReadEntry): void {
    const { type, path } = entry;
    const at = `${this.#path}: member ${quote(path)}`;
    if (this.#state !== 'members')
      throw archiveError('archive-trailing-data', `${at} stands after the end of the archive`);
    if (entry.meta) throw archiveError('archive-limit', `${at} has an extended header of more than 1 MiB`);
    const directory = type === 'Directory';
    if (!directory && !FILES.has(type) && !LINKS.has(type))
      throw archiveError(
        'archive-member-type',
        `${at} is of type ${type}: only files, directories and links may be`,
      );
    const name = directory ? `${withoutSlashes(path)}/` : path;
    this.#names.add(name, BLOCK + path.length);
    if (LINKS.has(type)) this.#judgeLink(entry, at);
  }

  #judgeLink({ type, path, linkpath = '' }: ReadEntry, at: string): void {
    if (this.#wanted.has(path)) throw archiveError('archive-link', `${at} is a link`);
    const base = type === 'SymbolicLink' ? posix.dirname(path) : '.';
    const target = posix.normalize(posix.join(base, linkpath));
    const [top] = path.split('/', 1);
    const inside = target === top || target.startsWith(`${top}/`);
    if (posix.isAbsolute(linkpath) || linkpath.includes('\\') || !inside)
      throw archiveError('archive-link', `${at} links to ${quote(linkpath)}, outside of the archive`);
  }

  // GNU tar's sparse files in pax form: PyPI refuses them, and readers without the extension see other bytes.
  #judgeExtension(text: string): void {
    if (/^[0-9]+ GNU\.sparse\./m.test(text))
      throw archiveError('archive-member-type', `${this.#path}: a member is a sparse file`);
  }

  // One sink for a member: the filter is asked before the member is handed over.
  #isRead(entry: ReadEntry): boolean {
    this.#sink = FILES.has(entry.type) ? this.#visit?.(entry.path) : undefined;
    return this.#sink !== undefined || this.#wanted.has(entry.path);
  }

  #read(entry: ReadEntry): void {
    const sink = this.#sink;
    if (sink) {
      entry.on('data', (part: Buffer) => sink.write(part));
      entry.on('end', () => sink.end());
    }
    if (this.#wanted.has(entry.path)) this.#collect(entry);
    else if (!sink) entry.resume();
  }

  #collect(entry: ReadEntry): void {
    if (entry.size > MAX_MEMBER_SIZE)
      throw archiveError(
        'archive-limit',
        `${this.#path}: member ${quote(entry.path)} is larger than ${MAX_MEMBER_SIZE} bytes`,
      );
    const parts: Buffer[] = [];
    entry.on('data', (part: Buffer) => parts.push(part));
    entry.on('end', () => this.#members.set(entry.path, new Uint8Array(Buffer.concat(parts))));
  }
}

// A pattern would try each slash of a long run in the middle anew.
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
