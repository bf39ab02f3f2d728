// SPDX-License-Identifier: Apache-2.0
import { renderColumns } from '../columns.ts';
import type { FaultOutcome } from './run-fault.ts';

/** The faults as text: what each came to, and what it left. */
export function renderFaults(outcomes: readonly FaultOutcome[]): string {
  const head = ['fault', 'path', 'exit', 'error', 'certificates', 'entries', 'files', 'asked', 's', ''];
  const rows = outcomes.map(({ fault, consequences, asked, milliseconds, wrong }) => [
    fault.name,
    fault.path,
    String(consequences.status),
    consequences.code ?? '-',
    String(consequences.certificates),
    String(consequences.entries),
    `${consequences.files}/${fault.inputs ?? 1}`,
    `${asked.fulcio}+${asked.tsa}+${asked.rekor}`,
    (milliseconds / 1000).toFixed(1),
    wrong.length === 0 ? '' : 'WRONG',
  ]);
  return `${renderColumns([head, ...rows])}asked: Fulcio + TSA + Rekor\n`;
}
