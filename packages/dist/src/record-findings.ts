// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { error, warning, type Finding } from './finding.ts';
import type { MemberDigest } from './member-scan.ts';
import { recordRows, type RecordRow } from './wheel-record.ts';

/** A wheel's RECORD and what it must be true of. */
export interface RecordCase {
  readonly record: Uint8Array;
  /** `NAME-VERSION.dist-info`. */
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  readonly digests: ReadonlyMap<string, MemberDigest>;
}

/**
 * Whether RECORD lists every file, once, and nothing else, with its hash and size. PyPI writes a mail when the list is
 * wrong and does not look at hashes; installers refuse such a wheel.
 */
export function recordFindings({ record, folder, names, digests }: RecordCase): Finding[] {
  const rows = recordRows(record);
  if (rows === null) return [error('wheel-record-missing', 'RECORD is not UTF-8')];
  if (rows === undefined) return [warning('wheel-record', 'RECORD is not a CSV table of three columns')];
  const recorded = new Set(rows.map(({ path }) => path));
  const signatures = new Set([`${folder}/RECORD.jws`, `${folder}/RECORD.p7s`]);
  const files = [...names].filter((name) => !name.endsWith('/') && !signatures.has(name));
  return [
    ...listFinding(
      'does not list',
      files.filter((name) => !recorded.has(name)),
    ),
    ...listFinding(
      'lists, though the wheel does not hold it,',
      [...recorded].filter((name) => !names.has(name) && !signatures.has(name)),
    ),
    ...listFinding('lists twice', repeated(rows)),
    ...hashFindings(rows, digests, `${folder}/RECORD`),
  ];
}

function repeated(rows: readonly RecordRow[]): string[] {
  const seen = new Set<string>();
  return rows.filter(({ path }) => seen.size === seen.add(path).size).map(({ path }) => path);
}

function listFinding(verb: string, paths: readonly string[]): Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [warning('wheel-record', `RECORD ${verb} ${quote(first)}${andMore(paths)}`)];
}

function hashFindings(
  rows: readonly RecordRow[],
  digests: ReadonlyMap<string, MemberDigest>,
  own: string,
): Finding[] {
  const listed = rows.filter(({ path }) => path !== own && digests.has(path));
  const bare = listed.filter(({ hash }) => hash === '').map(({ path }) => path);
  const wrong = listed
    .filter((row) => row.hash !== '' && !isTrue(row, digests.get(row.path)))
    .map(({ path }) => path);
  return [...hashFinding('no hash of', bare), ...hashFinding('a wrong hash or size of', wrong)];
}

function hashFinding(verb: string, paths: readonly string[]): Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [warning('wheel-record-hash', `RECORD has ${verb} ${quote(first)}${andMore(paths)}`)];
}

// Stronger hashes may be used too; what is not SHA-256 is left to the installers that know it.
function isTrue({ hash, size }: RecordRow, digest: MemberDigest | undefined): boolean {
  if (!digest || (size !== '' && size !== String(digest.size))) return false;
  return hash.startsWith('sha256=') ? hash === `sha256=${digest.sha256}` : /^sha(?:384|512)=/.test(hash);
}

function andMore(paths: readonly string[]): string {
  return paths.length > 1 ? ` and ${paths.length - 1} more` : '';
}
