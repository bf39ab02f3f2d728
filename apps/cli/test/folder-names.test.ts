// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderNames, listFolder, rememberedListing } from '../src/evidence/folder-names.ts';

// Few letters, so that names begin alike; some beyond the first plane, which sort by their halves.
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\u{ffff}', '\u{1f600}'), maxLength: 5 });

describe('FolderNames', () => {
  it('finds what a search through all names finds', () => {
    fc.assert(
      fc.property(fc.array(name), name, (names, sought) => {
        const folder = new FolderNames(names);
        expect(folder.has(sought)).toBe(names.includes(sought));
        expect(folder.startingWith(sought).toSorted()).toEqual(
          names.filter((one) => one.startsWith(sought)).toSorted(),
        );
      }),
    );
  });
});

describe('a remembered listing', () => {
  it('keeps to what a folder held when it was first asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colophon-names-'));
    try {
      await writeFile(join(folder, 'one'), '');
      const list = rememberedListing();
      await list(folder);
      await writeFile(join(folder, 'two'), '');
      expect((await list(folder)).has('two')).toBe(false);
      expect((await listFolder(folder)).has('two')).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says which folder cannot be listed', async () => {
    const missing = join(tmpdir(), 'colophon-no-such-folder');
    await expect(rememberedListing()(missing)).rejects.toMatchObject({
      code: 'ERR_READ_FILE',
      message: `${missing} cannot be listed`,
    });
  });
});
