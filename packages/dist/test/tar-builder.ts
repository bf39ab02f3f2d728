// SPDX-License-Identifier: Apache-2.0

/** One header of a tar under construction, with its data. */
export interface TarMember {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** Type flag (POSIX ustar): 0 file, 1 hard link, 2 symbolic link, 5 directory, x extended header. */
  readonly type?: string;
  readonly link?: string;
  readonly size?: number;
  readonly checksum?: number;
}

const BLOCK = 512;

/** The two empty blocks that end a tar. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Writes a tar of any soundness; by default with its end. */
export function buildTar(members: readonly TarMember[], end: Buffer = TAR_END): Buffer {
  return Buffer.concat([...members.map(layMember), end]);
}

/** An extended header (POSIX pax) for the member after it. */
export function paxHeader(records: Readonly<Record<string, string>>): TarMember {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length;
    while (String(length).length + rest.length !== length) length += 1;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeader', type: 'x', data: lines.join('') };
}

function layMember({ name, data = '', type = '0', link = '', size, checksum }: TarMember): Buffer {
  const content = Buffer.from(data as string);
  const head = Buffer.alloc(BLOCK);
  Buffer.from(name as string).copy(head, 0, 0, 100);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write(' '.repeat(8), 148);
  head.write(type, 156);
  head.write(link, 157);
  head.write('ustar\u000000', 257);
  const sum = checksum ?? head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
