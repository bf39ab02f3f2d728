// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, isAppError, quote } from '@colophon/base';
import type { ArchiveContents } from './archive-problem.ts';
import { distInfo } from './dist-archive.ts';
import type { WheelFilename } from './dist-filename.ts';
import { entryPointFindings } from './entry-points.ts';
import { error, warning, type Finding } from './finding.ts';
import { parseHeaderBlock } from './header-block.ts';
import type { MemberDigest } from './member-scan.ts';
import { recordFindings } from './record-findings.ts';

/** What PyPI and installers mind in the members of a wheel (PEP 427). */
export function wheelFindings(
  { names, members }: ArchiveContents,
  wheel: WheelFilename,
  digests: ReadonlyMap<string, MemberDigest>,
): Finding[] {
  const folder = distInfo(wheel);
  const findings: Finding[] = [];
  const file = members.get(`${folder}/WHEEL`);
  if (file) findings.push(...wheelFileFindings(file, wheel));
  else findings.push(error('wheel-file-missing', `there is no ${quote(`${folder}/WHEEL`)}`));
  const record = members.get(`${folder}/RECORD`);
  if (record) findings.push(...recordFindings({ record, folder, names, digests }));
  else findings.push(error('wheel-record-missing', `there is no ${quote(`${folder}/RECORD`)}`));
  findings.push(...secondFolderFindings(names, folder));
  const entryPoints = members.get(`${folder}/entry_points.txt`);
  return entryPoints ? [...findings, ...entryPointFindings(entryPoints)] : findings;
}

// Which of two counts would be the installer's choice: pip refuses, PyPI goes by the file name.
function secondFolderFindings(names: ReadonlySet<string>, own: string): Finding[] {
  const tops = new Set(Array.from(names, (name) => name.split('/', 1)[0] ?? name));
  const [other, ...more] = [...tops].filter((top) => top.endsWith('.dist-info') && top !== own);
  if (other === undefined) return [];
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return [warning('second-dist-info', `beside ${quote(own)} there is ${quote(other)}${rest}`)];
}

// PyPI only looks whether it is there; installers go by what it says.
function wheelFileFindings(bytes: Uint8Array, { tags }: WheelFilename): Finding[] {
  const headers = readHeaders(bytes);
  if (!headers) return [warning('wheel-version', 'WHEEL is not a text of headers')];
  const findings: Finding[] = [];
  const version = headers.get('wheel-version')?.[0] ?? '';
  if (!/^1\.[0-9]+$/.test(version))
    findings.push(warning('wheel-version', `WHEEL says version ${quote(version)}; installers know 1.x`));
  const stated = headers.get('tag') ?? [];
  if (!areTags(stated, tags))
    findings.push(
      warning('wheel-tags', `WHEEL has the tags ${quote(stated.join(' '))}, the file name has others`),
    );
  return findings;
}

function readHeaders(bytes: Uint8Array): Map<string, string[]> | undefined {
  try {
    const values = new Map<string, string[]>();
    for (const [name, value] of parseHeaderBlock(decodeUtf8(bytes)).headers)
      values
        .set(name, values.get(name) ?? [])
        .get(name)
        ?.push(value.trim());
    return values;
  } catch (cause) {
    if (isAppError(cause)) return undefined;
    throw cause;
  }
}

/** More than any wheel has, however often they are repeated. */
const MAX_TAGS = 1_000_000;

/** Whether these are all of the tags and no other: the first other one ends it, since a few parts stand for millions. */
function areTags(stated: readonly string[], tags: ReadonlySet<string>): boolean {
  const found = new Set<string>();
  let looked = 0;
  for (const tag of new Set(stated))
    for (const one of expandedTag(tag)) {
      if (!tags.has(one) || (looked += 1) > MAX_TAGS) return false;
      found.add(one);
    }
  return found.size === tags.size;
}

function* expandedTag(tag: string): Generator<string> {
  const [pythons = [], abis = [], platforms = []] = tag
    .toLowerCase()
    .split('-')
    .map((part) => new Set(part.split('.')));
  for (const python of pythons)
    for (const abi of abis) for (const platform of platforms) yield `${python}-${abi}-${platform}`;
}
