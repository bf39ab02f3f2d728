// SPDX-License-Identifier: Apache-2.0
import type { Cell, Outcome } from './cells.ts';
import { scenarios } from './scene.ts';

export interface Summary {
  readonly cells: number;
  readonly ok: number;
  readonly refused: number;
  readonly impossible: number;
  /** Mutations that were refused as they must be. */
  readonly mutations: number;
}

/** Counts the outcomes; a cell that is wrong is in `cells` alone. */
export function summarize(cells: readonly Cell[]): Summary {
  const count = (kind: Outcome['kind']): number =>
    cells.filter(({ outcome }) => outcome.kind === kind).length;
  const refused = cells.flatMap(({ outcome }) =>
    outcome.kind === 'ok' ? Object.keys(outcome.mutations) : [],
  );
  return {
    cells: cells.length,
    ok: count('ok'),
    refused: count('refused'),
    impossible: count('impossible'),
    mutations: refused.length,
  };
}

/** The table as text: a block for each scenario, who signed down, who judged across, reasons as numbered notes below. */
export function renderTable(cells: readonly Cell[]): string {
  const notes = new Notes();
  const blocks = scenarios.map(({ name }) => {
    const block = cells.filter(({ scenario }) => scenario.name === name);
    return renderBlock(name, block, notes);
  });
  return `${blocks.join('\n')}\n${notes.text()}`;
}

function renderBlock(title: string, cells: readonly Cell[], notes: Notes): string {
  const verifiers = [...new Set(cells.map((cell) => cell.verifier.name))];
  const rows = Map.groupBy(cells, (cell) => cell.signer.name);
  const lines = [[title, ...verifiers]];
  for (const [signer, row] of rows) lines.push([signer, ...row.map(({ outcome }) => mark(outcome, notes))]);
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

function mark(outcome: Outcome, notes: Notes): string {
  const words = { ok: 'ok', refused: 'refused', impossible: '-', wrong: 'WRONG' };
  const reasons = outcome.kind === 'ok' ? outcome.remarks : [outcome.reason];
  return [words[outcome.kind], ...reasons.map((reason) => notes.number(reason))].join(' ');
}

class Notes {
  readonly #reasons: string[] = [];

  number(reason: string): string {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
    return `[${this.#reasons.indexOf(reason) + 1}]`;
  }

  text(): string {
    return this.#reasons.map((reason, index) => `[${index + 1}] ${reason}\n`).join('');
  }
}
