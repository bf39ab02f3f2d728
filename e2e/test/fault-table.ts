// SPDX-License-Identifier: Apache-2.0
import type { ServiceName } from '@colophon/sandbox';
import type { FaultCell, Outcome } from './fault-cell.ts';
import { STRIKES, type StrikeName } from './fault-strikes.ts';

/** A cell, and what must come of it. */
export interface FaultRow extends FaultCell {
  readonly exit: string;
  /** Without ERR_; several, with a slash between them, where time decides. */
  readonly error: string;
  readonly requests: string;
  readonly made: string;
  /** What standard error must tell. */
  readonly told: string;
}

const COLUMNS = 6;

/**
 * Reads a table whose columns stand between bars; empty lines and the head are left out. A row whose first cell is empty is
 * of the service above it.
 */
export function readTable(text: string): FaultRow[] {
  const [, ...lines] = text.split('\n').filter((line) => line.includes('|'));
  let service = '';
  return lines.map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== COLUMNS + 1) throw new TypeError(`${COLUMNS + 1} columns are needed: ${line}`);
    const [named = '', strike = '', exit = '', error = '', requests = '', made = '', told = ''] = cells;
    service = named === '' ? service : named;
    if (!Object.hasOwn(STRIKES, strike)) throw new TypeError(`no fault of this name: ${strike}`);
    return {
      service: service as ServiceName,
      strike: strike as StrikeName,
      exit,
      error,
      requests,
      made,
      told,
    };
  });
}

type Found = Pick<Outcome, 'exit' | 'error' | 'requests' | 'made' | 'litter'>;

/** What of an outcome the table speaks of. */
export function foundOf({ exit, error, requests, made, litter }: Outcome): Found {
  return { exit, error, requests, made, litter };
}

/** What a row wants: in the words of the outcome, where the row leaves it several. */
export function wantedOf(row: FaultRow, { error, requests, made }: Outcome): Found {
  return {
    exit: row.exit,
    error: row.error.split('/').includes(error) ? error : row.error,
    requests: countsFit(requests, row.requests) ? requests : row.requests,
    made: countsFit(made, row.made) ? made : row.made,
    litter: [],
  };
}

// `2+` stands for 2 and more.
function countsFit(counts: string, wanted: string): boolean {
  const [all, allWanted] = [counts.split(', '), wanted.split(', ')];
  return all.length === allWanted.length && all.every((one, index) => countFits(one, allWanted[index] ?? ''));
}

function countFits(count: string, wanted: string): boolean {
  if (!wanted.endsWith('+')) return count === wanted;
  const [name, least] = split(wanted.slice(0, -1));
  const [found, number] = split(count);
  return found === name && number >= least;
}

function split(text: string): [name: string, count: number] {
  const at = text.lastIndexOf(' ') + 1;
  return [text.slice(0, at), Number(text.slice(at))];
}
