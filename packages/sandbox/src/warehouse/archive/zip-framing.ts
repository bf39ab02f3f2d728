// SPDX-License-Identifier: Apache-2.0
import type { FileView } from './file-view.ts';
import { BadZip, type ZipMember } from './zip-directory.ts';

/** What Warehouse says of a zip that readers could see differently. */
class Framing extends Error {}

const MALFORMED = 'Malformed zip file';
const ONLY_ONCE = new Set([0x0001, 0x7075]);
const FULL = 0xffffffff;

/**
 * Walks a zip record by record from its first byte, as a reader does that streams, and says where that parts from the
 * central directory (pypi.md §3, check 15). The answer is Warehouse's word for it, or nothing.
 */
export async function framingFault(
  view: FileView,
  members: readonly ZipMember[],
): Promise<string | undefined> {
  try {
    await new Walk(view, members).run();
    return undefined;
  } catch (error) {
    if (error instanceof Framing || error instanceof BadZip) return error.message;
    throw error;
  }
}

class Walk {
  readonly #view: FileView;
  readonly #stated: ReadonlyMap<string, ZipMember>;
  readonly #local = new Set<string>();
  readonly #central = new Set<string>();
  #at = 0;
  #directory: { start: number; size: number } | undefined;
  #end64: { at: number; records: number; offset: number } | undefined;
  #located = false;

  constructor(view: FileView, members: readonly ZipMember[]) {
    this.#view = view;
    this.#stated = new Map(members.map((member) => [member.name, member]));
  }

  async run(): Promise<void> {
    for (;;) {
      const signature = (await this.#take(4)).readUInt32LE(0);
      if (signature === 0x04034b50) await this.#localHeader();
      else if (signature === 0x02014b50) await this.#centralHeader();
      else if (signature === 0x06064b50) await this.#endRecord64();
      else if (signature === 0x07064b50) await this.#locator();
      else if (signature === 0x06054b50) return this.#endRecord();
      else throw new Framing('Unknown record signature');
    }
  }

  async #take(length: number): Promise<Buffer> {
    const bytes = await this.#view.read(this.#at, length);
    if (bytes.length !== length) throw new Framing(MALFORMED);
    this.#at += length;
    return bytes;
  }

  async #localHeader(): Promise<void> {
    const header = await this.#take(26);
    const name = printable(await this.#take(header.readUInt16LE(22)));
    const extra = await this.#take(header.readUInt16LE(24));
    const sizes = localSizes(header, extra);
    if ((header.readUInt16LE(2) & 0x08) !== 0) throw new Framing('ZIP contains a data descriptor');
    const text = utf8(name, 'Filename not unicode');
    const stated = this.#stated.get(text);
    if (!stated) throw new Framing('Filename not in central directory');
    if (stated.packedSize !== sizes.packed) throw new Framing('Mis-matched data size');
    if (stated.size !== sizes.size) throw new Framing('Mis-matched file size');
    this.#at += sizes.packed;
    if (this.#local.has(text)) throw new Framing('Duplicate filename in local headers');
    this.#local.add(text);
  }

  async #centralHeader(): Promise<void> {
    const start = this.#at - 4;
    const header = await this.#take(42);
    if (header.readUInt16LE(28) !== 0) throw new Framing('Comment in central directory');
    const name = printable(await this.#take(header.readUInt16LE(24))).toString('latin1');
    await this.#take(header.readUInt16LE(26));
    this.#directory ??= { start, size: 0 };
    this.#directory.size += this.#at - start;
    if (this.#central.has(name)) throw new Framing('Duplicate filename in central directory');
    this.#central.add(name);
    const text = Buffer.from(name, 'latin1').toString('utf8');
    if (!this.#local.has(text)) throw new Framing('Missing filename in local headers');
  }

  async #endRecord64(): Promise<void> {
    const at = this.#at - 4;
    const record = await this.#take(52);
    const [onDisk, records] = [record.readBigUInt64LE(20), record.readBigUInt64LE(28)];
    if (onDisk !== records) throw new Framing(MALFORMED);
    if (record.readBigUInt64LE(0) !== 44n) throw new Framing('ZIP64 extensible data not allowed');
    this.#end64 = { at, records: Number(records), offset: Number(record.readBigUInt64LE(44)) };
  }

  async #locator(): Promise<void> {
    await this.#take(16);
    this.#located = true;
  }

  async #endRecord(): Promise<void> {
    if (this.#end64 && !this.#located) throw new Framing(MALFORMED);
    const start = this.#at - 4;
    const record = await this.#take(18);
    if (record.readUInt16LE(4) !== record.readUInt16LE(6)) throw new Framing(MALFORMED);
    this.#at += record.readUInt16LE(16);
    const own = { records: record.readUInt16LE(6), offset: record.readUInt32LE(12) };
    const { records, offset } = this.#located && this.#end64 ? this.#end64 : own;
    if (records !== this.#central.size) throw new Framing('Mismatched central directory records');
    if (offset !== (this.#directory?.start ?? start))
      throw new Framing('Mismatched central directory offset');
    if (this.#central.size !== this.#local.size)
      throw new Framing('Mis-matched local headers and central directory');
    if (this.#at !== this.#view.size) throw new Framing('Trailing data');
  }
}

function localSizes(header: Buffer, extra: Buffer): { packed: number; size: number } {
  let [packed, size] = [header.readUInt32LE(14), header.readUInt32LE(18)];
  const seen = new Set<number>();
  for (let at = 0; at < extra.length; ) {
    if (at + 4 > extra.length) throw new Framing(MALFORMED);
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const data = extra.subarray(at + 4, at + 4 + length);
    if (data.length !== length) throw new Framing(MALFORMED);
    if (seen.has(id) && ONLY_ONCE.has(id)) throw new Framing('Invalid duplicate extra in local file');
    seen.add(id);
    if (id === 0x0001) [packed, size] = zip64Sizes(data, { packed, size, method: header.readUInt16LE(4) });
    if (id === 0x7075) utf8(printable(data.subarray(5)), 'Filename not valid UTF-8');
    at += 4 + length;
  }
  return { packed, size };
}

function zip64Sizes(
  data: Buffer,
  { packed, size, method }: { packed: number; size: number; method: number },
): [number, number] {
  if (![0, 8, 16, 24, 28].includes(data.length)) throw new Framing(MALFORMED);
  if (data.length === 0) {
    if (packed === FULL || size === FULL) throw new Framing(MALFORMED);
    return [packed, size];
  }
  const large = Number(data.readBigUInt64LE(0));
  if (data.length === 8) {
    if (method !== 0) throw new Framing(MALFORMED);
    return [large, size === FULL ? large : size];
  }
  return [Number(data.readBigUInt64LE(8)), size === FULL ? large : size];
}

function printable(name: Buffer): Buffer {
  if (name.some((byte) => byte < 0x20 || byte === 0x7f)) throw new Framing('Invalid character in filename');
  return name;
}

function utf8(bytes: Buffer, words: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Framing(words);
  }
}
