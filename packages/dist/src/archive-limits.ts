// SPDX-License-Identifier: Apache-2.0

const MIB = 1024 * 1024;

/**
 * Largest METADATA, PKG-INFO, WHEEL or RECORD, in bytes, unpacked. The largest real ones (a description with pictures
 * inside, the RECORD of 60,000 files) have some 8 MiB.
 */
export const MAX_MEMBER_SIZE = 16 * MIB;

/** Most members. A zip without zip64 has 65,535 at most; four times that has never been published. */
export const MAX_MEMBERS = 262_144;

/** Most bytes of all members' names and headers together: they are held in memory, the contents are not. */
export const MAX_NAME_BYTES = 64 * MIB;

const BOMB_SIZE = 64 * MIB;
const BOMB_RATIO = 50;

/**
 * How many bytes an archive of `size` bytes may unpack to: PyPI refuses more than 64 MiB when they are also more than
 * fifty times the archive.
 */
export function unpackedLimit(size: number): number {
  return Math.max(BOMB_SIZE, size * BOMB_RATIO);
}
