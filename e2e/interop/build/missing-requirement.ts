// SPDX-License-Identifier: Apache-2.0

/** Something that this machine lacks and the rig can not get by itself. The message is one line; the program exits 2. */
export class MissingRequirement extends Error {
  override readonly name = 'MissingRequirement';
}
