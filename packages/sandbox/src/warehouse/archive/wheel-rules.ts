// SPDX-License-Identifier: Apache-2.0
import { Refusal } from '../refusal.ts';
import { pythonQuoted } from '../python-text.ts';
import type { SoundArchive } from './archive-rules.ts';

const MAX_NAME_BYTES = 255;

/** The license files of the metadata must be in the archive (pypi.md §3, checks 16 and 17). @throws Refusal 400 */
export function assertLicenseFiles(
  { names, top }: SoundArchive,
  filename: string,
  licenseFiles: readonly string[],
): void {
  const folder = filename.endsWith('.whl') ? `${infoFolder(filename)}/licenses` : top;
  for (const file of licenseFiles) {
    const place = `${folder}/${file}`;
    if (!names.has(place))
      throw new Refusal(
        400,
        `License-File ${file} does not exist in distribution file ${filename} at ${place}`,
      );
  }
}

/** The members that every wheel has (pypi.md §3, check 17). Whether RECORD is right only decides about a mail. @throws Refusal 400 */
export async function assertWheelMembers(archive: SoundArchive, filename: string): Promise<void> {
  const folder = infoFolder(filename);
  const record = await archive.read(`${folder}/RECORD`);
  if (!record || !isUtf8(record)) throw lacks(filename, 'RECORD', `${folder}/RECORD`);
  const entryPoints = await archive.read(`${folder}/entry_points.txt`);
  const fault = entryPoints && entryPointsFault(entryPoints);
  // The words before the fault are not on record; they are ours.
  if (fault !== undefined)
    throw new Refusal(400, `Wheel '${filename}' contains an invalid entry_points.txt: ${fault}`);
  if (!archive.names.has(`${folder}/METADATA`)) throw lacks(filename, 'METADATA', `${folder}/METADATA`);
  if (Buffer.byteLength(`${filename}.metadata`) > MAX_NAME_BYTES)
    throw new Refusal(400, `Filename is too long: '${filename}'`);
}

function lacks(filename: string, member: string, place: string): Refusal {
  return new Refusal(400, `Wheel '${filename}' does not contain the required ${member} file: ${place}`);
}

function infoFolder(filename: string): string {
  return `${filename.split('-', 2).join('-')}.dist-info`;
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

/** Python's configparser with `=` alone between name and value; names of programs are held to letters, digits, `_`, `.` and `-`. */
function entryPointsFault(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return 'entry_points.txt is not decodable as UTF-8';
  const groups = new Map<string, Map<string, string>>();
  let [group, entry]: [Map<string, string> | undefined, string | undefined] = [undefined, undefined];
  for (const line of bytes.toString('utf8').split(/\r\n|[\n\r]/)) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#') || bare.startsWith(';')) continue;
    if (line !== line.trimStart() && entry !== undefined) continue;
    const head = /^\[(?<name>.+)\]/.exec(bare)?.groups?.name;
    if (head !== undefined) {
      if (groups.has(head)) return invalidIni(`section ${pythonQuoted(head)} already exists`);
      [group, entry] = [new Map(), undefined];
      groups.set(head, group);
      continue;
    }
    const equals = bare.indexOf('=');
    entry = bare.slice(0, Math.max(equals, 0)).trimEnd();
    if (!group || entry === '') return invalidIni(`line ${pythonQuoted(bare)}`);
    if (group.has(entry)) return invalidIni(`option ${pythonQuoted(entry)} already exists`);
    group.set(entry, bare.slice(equals + 1));
  }
  return programNameFault(groups);
}

function invalidIni(what: string): string {
  return `entry_points.txt is not a valid INI file: ${what}`;
}

function programNameFault(groups: ReadonlyMap<string, ReadonlyMap<string, string>>): string | undefined {
  for (const group of ['console_scripts', 'gui_scripts'])
    for (const name of groups.get(group)?.keys() ?? [])
      if (!/^[\p{L}\p{N}_.-]+$/u.test(name))
        return `Invalid entry point name ${pythonQuoted(name)} in ${pythonQuoted(group)}`;
  return undefined;
}
