// SPDX-License-Identifier: Apache-2.0

/** Compresses to snappy's raw format, well enough to use literals and copies of every kind. */
export function compressSnappy(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let size = data.length; ; size = Math.floor(size / 128)) {
    out.push(size < 128 ? size : (size % 128) + 128);
    if (size < 128) break;
  }
  const seen = new Map<string, number>();
  let from = 0;
  for (let at = 0; at < data.length; ) {
    const key = data.subarray(at, at + 4).join();
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined || at + 4 > data.length) {
      at += 1;
      continue;
    }
    out.push(...literal(data.subarray(from, at)));
    let length = 4;
    while (length < 64 && data[before + length] !== undefined && data[before + length] === data[at + length])
      length += 1;
    length = Math.min(length, data.length - at);
    out.push(...copy(length, at - before));
    at += length;
    from = at;
  }
  out.push(...literal(data.subarray(from)));
  return Uint8Array.from(out);
}

function literal(bytes: Uint8Array): number[] {
  if (bytes.length === 0) return [];
  const length = bytes.length - 1;
  if (length < 60) return [length << 2, ...bytes];
  return length < 256
    ? [60 << 2, length, ...bytes]
    : [62 << 2, length & 255, (length >> 8) & 255, length >> 16, ...bytes];
}

function copy(length: number, offset: number): number[] {
  if (length < 12 && offset < 2048) return [((offset >> 8) << 5) | ((length - 4) << 2) | 1, offset & 255];
  if (offset < 65_536) return [((length - 1) << 2) | 2, offset & 255, offset >> 8];
  return [((length - 1) << 2) | 3, offset & 255, (offset >> 8) & 255, (offset >> 16) & 255, 0];
}
