// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL = Buffer.from('PK\x01\x02', 'latin1');

export type Members = Readonly<Record<string, string | Uint8Array>>;

/** What a test does to a zip. */
export interface ZipChanges {
  readonly deflate?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly comment?: string;
  readonly suffix?: string;
  readonly prefix?: string;
  /** Of the local headers alone. */
  readonly localFlags?: number;
  readonly localName?: (name: string) => string;
  readonly localSize?: number;
  readonly extra?: Buffer;
  readonly size?: number;
  readonly crc?: number;
  readonly records?: number;
}

/** Writes a zip; what is changed applies to every member. */
export function zipOf(members: Members | readonly [string, string][], changes: ZipChanges = {}): Buffer {
  const rows = Array.isArray(members) ? members : Object.entries(members as Members);
  const parts: Buffer[] = [Buffer.from(changes.prefix ?? '')];
  const directory: Buffer[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [name, text] of rows) {
    const [local, central] = zipMember(name, Buffer.from(text), { ...changes, at });
    parts.push(local);
    directory.push(central);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  for (const field of [8, 10]) end.writeUInt16LE(changes.records ?? rows.length, field);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end, Buffer.from(changes.suffix ?? '')]);
}

function zipMember(name: string, content: Buffer, changes: ZipChanges & { at: number }): [Buffer, Buffer] {
  const packed = changes.deflate ? deflateRawSync(content) : content;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(changes.flags ?? 0, 2);
  common.writeUInt16LE(changes.method ?? (changes.deflate ? 8 : 0), 4);
  common.writeUInt32LE(changes.crc ?? crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(changes.size ?? content.length, 18);
  common.writeUInt16LE(Buffer.byteLength(name), 22);
  const local = Buffer.from(common);
  const localName = Buffer.from(changes.localName?.(name) ?? name, 'latin1');
  const extra = changes.extra ?? Buffer.alloc(0);
  local.writeUInt16LE(changes.localFlags ?? changes.flags ?? 0, 2);
  local.writeUInt32LE(changes.localSize ?? changes.size ?? content.length, 18);
  local.writeUInt16LE(localName.length, 22);
  local.writeUInt16LE(extra.length, 24);
  const comment = Buffer.from(changes.comment ?? '');
  const tail = Buffer.alloc(14);
  tail.writeUInt16LE(comment.length, 0);
  tail.writeUInt32LE(changes.at, 10);
  const version = Buffer.alloc(2);
  return [
    Buffer.concat([LOCAL, local, localName, extra, packed]),
    Buffer.concat([CENTRAL, version, common, tail, Buffer.from(name, 'latin1'), comment]),
  ];
}

/** Writes a gzipped tar of plain files; a header may be changed before its checksum is made. */
export function tarballOf(members: Members, change: (header: Buffer) => void = () => undefined): Buffer {
  const parts = Object.entries(members).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    const fields: [number, string][] = [
      [0, name],
      [100, '0000644\0'],
      [124, `${content.length.toString(8).padStart(11, '0')}\0`],
      [156, '0'],
      [257, 'ustar\u000000'],
    ];
    for (const [at, field] of fields) header.write(field, at, 'latin1');
    change(header);
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** The members of a sound wheel of this file name. */
export function wheelMembers(filename: string): Record<string, string> {
  const folder = `${filename.split('-', 2).join('-')}.dist-info`;
  return {
    'demo.py': `# ${filename}\n`,
    [`${folder}/METADATA`]: 'Metadata-Version: 2.4\n',
    [`${folder}/WHEEL`]: 'Wheel-Version: 1.0\n',
    [`${folder}/RECORD`]: '',
  };
}

/** The members of a sound sdist of this file name. */
export function sdistMembers(filename: string): Record<string, string> {
  const top = filename.replace(/\.(?:tar\.gz|zip)$/, '');
  return { [`${top}/PKG-INFO`]: 'Metadata-Version: 2.4\n', [`${top}/demo.py`]: `# ${filename}\n` };
}

/** The bytes of a sound distribution of this file name; of another name, what that name says. */
export function soundBytes(filename: string): Buffer {
  if (filename.endsWith('.whl')) return zipOf(wheelMembers(filename));
  if (filename.endsWith('.zip')) return zipOf(sdistMembers(filename));
  if (filename.endsWith('.tar.gz')) return tarballOf(sdistMembers(filename));
  return Buffer.from(`the bytes of ${filename}`);
}
