// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../refusal.ts';
import { commonPath } from './common-path.ts';
import { FileView } from './file-view.ts';
import { isScanned, sourceFault } from './source-rules.ts';
import { BadTar, readTarMembers } from './tar-members.ts';
import { BadZip, findEnd, readZipDirectory, readZipMember, type ZipMember } from './zip-directory.ts';
import { framingFault } from './zip-framing.ts';

/** What later rules ask of an archive that passed: which members there are, and what is in one of them. */
export interface SoundArchive {
  readonly names: ReadonlySet<string>;
  /** The folder of an sdist; nothing for a wheel. */
  readonly top: string;
  read(name: string): Promise<Buffer | undefined>;
}

const BOMB_SIZE = 64 * 1024 * 1024;
const BOMB_RATIO = 50;
const METHODS = new Set([0, 8]);

/** The checks of the archive (pypi.md §3, check 15). @throws Refusal 400 */
export async function readSoundArchive(path: string, filename: string): Promise<SoundArchive> {
  const zip = await FileView.use(path, async (view) => (await findEnd(view)) !== undefined);
  const tar = await isTar(path);
  if (zip && tar) throw invalid('File is both a zip and a tar file');
  if (filename.endsWith('.tar.gz')) {
    if (!tar) throw invalid('File is not a tarfile');
    return readTarball(path);
  }
  if (!zip) throw invalid('File is not a zipfile');
  return FileView.use(path, (view) => readZip(view, path, filename));
}

function invalid(words: string): Refusal {
  return new Refusal(400, `Invalid distribution file. ${words}`);
}

async function readZip(view: FileView, path: string, filename: string): Promise<SoundArchive> {
  try {
    const members = await readZipDirectory(view);
    assertNoBomb(members, view.size);
    const names = new Map(members.map((member) => [member.name, member]));
    const top = filename.endsWith('.zip') ? commonPath(members.map(({ name }) => name)) : '';
    await assertMainMember(view, names, mainMember(filename, top));
    for (const member of members) if (isScanned(member.name)) await assertTaken(view, member);
    const fault = await framingFault(view, members);
    if (fault !== undefined)
      throw invalid(
        `ZIP archive not accepted: ${fault}. See https://docs.pypi.org/archives for more information`,
      );
    return { names: new Set(names.keys()), top, read: (name) => readAgain(path, names.get(name)) };
  } catch (error) {
    if (error instanceof BadZip) throw invalid('None');
    throw error;
  }
}

function assertNoBomb(members: readonly ZipMember[], packed: number): void {
  const size = members.reduce((sum, member) => sum + member.size, 0);
  if (size > BOMB_SIZE && size / packed > BOMB_RATIO)
    throw invalid(`File exceeds compression ratio of ${BOMB_RATIO}`);
  if (members.some(({ method }) => !METHODS.has(method)))
    throw invalid('File does not use a supported compression type');
}

function mainMember(filename: string, top: string): [name: string, words: string] {
  if (filename.endsWith('.whl')) {
    const [name, version, ...rest] = filename.split('-');
    if (rest.length === 0) throw invalid('Unable to parse name and version from wheel filename');
    return [`${name}-${version}.dist-info/WHEEL`, 'WHEEL'];
  }
  if (['', '.', '/'].includes(top)) throw invalid('Incorrect number of top-level directories in sdist');
  return [`${top}/PKG-INFO`, 'PKG-INFO'];
}

async function assertMainMember(
  view: FileView,
  members: ReadonlyMap<string, ZipMember>,
  [name, words]: [string, string],
): Promise<void> {
  const member = members.get(name);
  if (!member) throw invalid(`${words} not found at ${name}`);
  await readZipMember(view, member);
}

async function assertTaken(view: FileView, member: ZipMember): Promise<void> {
  const fault = sourceFault(await readZipMember(view, member));
  if (fault !== undefined) throw invalid(fault);
}

async function readAgain(path: string, member: ZipMember | undefined): Promise<Buffer | undefined> {
  return member && FileView.use(path, (view) => readZipMember(view, member));
}

async function readTarball(path: string): Promise<SoundArchive> {
  try {
    const members = await readTarMembers(path, isScanned);
    const names = new Set(members.map(({ name }) => name));
    const top = commonPath([...names]);
    const [main, words] = mainMember('.tar.gz', top);
    if (!names.has(main)) throw invalid(`${words} not found at ${main}`);
    for (const { content } of members) {
      const fault = content && sourceFault(content);
      if (fault !== undefined) throw invalid(fault);
    }
    return { names, top, read: () => Promise.resolve(undefined) };
  } catch (error) {
    if (error instanceof BadTar) throw invalid('None');
    throw error;
  }
}

/** Whether a file begins as a tar does, gzipped or not. */
async function isTar(path: string): Promise<boolean> {
  const head = Buffer.alloc(512);
  const handle = await open(path);
  try {
    await handle.read(head, 0, 512, 0);
  } finally {
    await handle.close();
  }
  return isHeader(head[0] === 0x1f && head[1] === 0x8b ? await unpackedHead(path) : head);
}

async function unpackedHead(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  const source = createReadStream(path);
  const unpacked = source.pipe(createGunzip());
  source.on('error', () => unpacked.destroy());
  try {
    for await (const part of unpacked) {
      parts.push(part as Buffer);
      if (Buffer.concat(parts).length >= 512) break;
    }
  } catch {
    return Buffer.alloc(0);
  } finally {
    source.destroy();
  }
  return Buffer.concat(parts).subarray(0, 512);
}

function isHeader(block: Buffer): boolean {
  if (block.length < 512) return false;
  if (block.every((byte) => byte === 0)) return true;
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  const stated = block
    .toString('latin1', 148, 156)
    .replaceAll(/[\0 ]+$/g, '')
    .trim();
  return /^[0-7]+$/.test(stated) && Number.parseInt(stated, 8) === sum;
}
