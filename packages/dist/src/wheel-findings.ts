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
  return [...tops]
    .filter((top) => top.endsWith('.dist-info') && top !== own)
    .map((top) => warning('second-dist-info', `beside ${quote(own)} there is ${quote(top)}`));
}

// PyPI only looks whether it is there; installers go by what it says.
function wheelFileFindings(bytes: Uint8Array, { tags }: WheelFilename): Finding[] {
  const headers = readHeaders(bytes);
  if (!headers) return [warning('wheel-version', 'WHEEL is not a text of headers')];
  const findings: Finding[] = [];
  const version = headers.get('wheel-version')?.[0] ?? '';
  if (!/^1\.[0-9]+$/.test(version))
    findings.push(warning('wheel-version', `WHEEL says version ${quote(version)}; installers know 1.x`));
  const stated = new Set((headers.get('tag') ?? []).flatMap(expandTag));
  if (stated.size !== tags.size || [...stated].some((tag) => !tags.has(tag)))
    findings.push(
      warning('wheel-tags', `WHEEL has the tags ${quote([...stated].join(' '))}, the file name has others`),
    );
  return findings;
}

function readHeaders(bytes: Uint8Array): Map<string, string[]> | undefined {
  try {
    const values = new Map<string, string[]>();
    for (const [name, value] of parseHeaderBlock(decodeUtf8(bytes)).headers)
      values.set(name, [...(values.get(name) ?? []), value.trim()]);
    return values;
  } catch (cause) {
    if (isAppError(cause)) return undefined;
    throw cause;
  }
}

function expandTag(tag: string): string[] {
  const [python = [], abi = [], platform = []] = tag
    .toLowerCase()
    .split('-')
    .map((part) => part.split('.'));
  return python.flatMap((p) => abi.flatMap((a) => platform.map((one) => `${p}-${a}-${one}`)));
}
