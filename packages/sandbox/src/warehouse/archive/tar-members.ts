// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** A member of a tar; the content only of what was asked for. */
export interface TarMember {
  /** Without a slash at its end. */
  readonly name: string;
  readonly content: Buffer | undefined;
}

/** What is no gzipped tar, or one that ends too early. */
export class BadTar extends Error {}

/** A member, or an extension of the next one, whose bytes are coming in. */
interface Body {
  readonly type: string;
  readonly name: string;
  left: number;
  readonly padding: number;
  readonly parts: Buffer[];
  readonly kept: boolean;
}

const BLOCK = 512;
const PLAIN_FILES = new Set(['0', '\0', '7']);

/** Reads a gzipped tar (POSIX ustar and pax, GNU long names) once from front to back. @throws BadTar */
export async function readTarMembers(path: string, wants: (name: string) => boolean): Promise<TarMember[]> {
  const reader = new TarReader(wants);
  try {
    await pipeline(createReadStream(path), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) reader.push(part);
    });
  } catch (cause) {
    throw cause instanceof BadTar ? cause : new BadTar('not a gzip file', { cause });
  }
  return reader.finish();
}

class TarReader {
  readonly members: TarMember[] = [];
  readonly #wants: (name: string) => boolean;
  #rest: Buffer = Buffer.alloc(0);
  #current: Body | undefined;
  #overrides: { name?: string; size?: number } = {};
  #ended = false;

  constructor(wants: (name: string) => boolean) {
    this.#wants = wants;
  }

  push(part: Buffer): void {
    if (this.#ended) return;
    this.#rest = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    while (!this.#ended && this.#step());
  }

  finish(): TarMember[] {
    if (this.#current || (this.members.length === 0 && !this.#ended))
      throw new BadTar('unexpected end of data');
    return this.members;
  }

  #step(): boolean {
    if (this.#current) return this.#body(this.#current);
    if (this.#rest.length < BLOCK) return false;
    const header = this.#rest.subarray(0, BLOCK);
    this.#rest = this.#rest.subarray(BLOCK);
    if (header.every((byte) => byte === 0)) this.#ended = true;
    else this.#header(header);
    return true;
  }

  #header(header: Buffer): void {
    const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
    if (sum !== octal(header.subarray(148, 156))) throw new BadTar('bad checksum');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'S') throw new BadTar('sparse member');
    const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header.subarray(345, 500)) : '';
    const own = text(header.subarray(0, 100));
    const name = (this.#overrides.name ?? (prefix === '' ? own : `${prefix}/${own}`)).replace(/\/+$/, '');
    const size =
      'xgLK'.includes(type) || this.#overrides.size === undefined
        ? octal(header.subarray(124, 136))
        : this.#overrides.size;
    const meta = 'xgLK'.includes(type);
    if (!meta) this.#overrides = {};
    const kept = meta || (PLAIN_FILES.has(type) && this.#wants(name));
    this.#current = { type, name, left: size, padding: (BLOCK - (size % BLOCK)) % BLOCK, parts: [], kept };
  }

  #body(current: Body): boolean {
    const taken = this.#rest.subarray(0, current.left);
    if (current.kept) current.parts.push(taken);
    current.left -= taken.length;
    this.#rest = this.#rest.subarray(taken.length);
    if (current.left > 0 || this.#rest.length < current.padding) return false;
    this.#rest = this.#rest.subarray(current.padding);
    this.#current = undefined;
    this.#close(current.type, current.name, current.kept ? Buffer.concat(current.parts) : undefined);
    return true;
  }

  #close(type: string, name: string, content: Buffer | undefined): void {
    if (type === 'x') this.#pax(content?.toString('utf8') ?? '');
    else if (type === 'L') this.#overrides.name = text(content ?? Buffer.alloc(0));
    else if (type !== 'g' && type !== 'K') this.members.push({ name, content });
  }

  #pax(records: string): void {
    if (/^[0-9]+ GNU\.sparse\./m.test(records)) throw new BadTar('sparse member');
    const path = /^[0-9]+ path=(.*)$/m.exec(records)?.[1];
    const size = /^[0-9]+ size=([0-9]+)$/m.exec(records)?.[1];
    this.#overrides = {
      ...(path === undefined ? {} : { name: path }),
      ...(size === undefined ? {} : { size: Number(size) }),
    };
  }
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

function octal(field: Buffer): number {
  // GNU tar writes what does not fit as a number of base 256.
  if ((field[0] ?? 0) >= 0x80) return Number(BigInt(`0x${field.subarray(1).toString('hex')}`));
  const digits = text(field).trim();
  if (!/^[0-7]*$/.test(digits)) throw new BadTar('bad number');
  return Number.parseInt(digits || '0', 8);
}
