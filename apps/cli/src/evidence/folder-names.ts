// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { CliError } from '../cli-error.ts';

/** The names in a folder, in their order, so that those that begin alike stand together and need no search through all. */
export class FolderNames {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names.toSorted(byCodeUnits);
  }

  has(name: string): boolean {
    return this.#names[this.#position(name)] === name;
  }

  startingWith(prefix: string): string[] {
    const found: string[] = [];
    for (let at = this.#position(prefix); this.#names[at]?.startsWith(prefix) === true; at += 1)
      found.push(this.#names[at] ?? '');
    return found;
  }

  /** Where the first name stands that is not before this one. */
  #position(name: string): number {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byCodeUnits(this.#names[middle] ?? '', name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Lists a folder. @throws CliError ERR_READ_FILE */
export type ListFolder = (folder: string) => Promise<FolderNames>;

export const listFolder: ListFolder = async (folder) => {
  try {
    return new FolderNames(await readdir(folder));
  } catch (cause) {
    throw new CliError('ERR_READ_FILE', `${folder} cannot be listed`, { cause });
  }
};

/** Lists each folder once: for a run over many files, of which thousands may lie in one. */
export function rememberedListing(): ListFolder {
  const known = new Map<string, Promise<FolderNames>>();
  return (folder) => {
    const listing = known.get(folder) ?? listFolder(folder);
    known.set(folder, listing);
    return listing;
  };
}
