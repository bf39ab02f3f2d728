// SPDX-License-Identifier: Apache-2.0
// The licences of the packages whose code a bundle holds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The notices for a bundle of these modules; `head` says what it is. */
export function thirdPartyNotices(head, moduleIds) {
  const folders = moduleIds
    .map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
    .filter((folder) => folder !== undefined && existsSync(join(folder, 'package.json')));
  const notices = [...new Set(folders)].map(notice).toSorted();
  return `${head}\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function notice(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined
      ? `Its package holds no text of the licence; it names ${author?.name ?? author} as its author.`
      : readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
