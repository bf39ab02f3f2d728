// SPDX-License-Identifier: Apache-2.0

/** Lines of cells as text, in columns wide enough for all. */
export function renderColumns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | '))
    .map((line) => `${line.replace(/[ |]+$/, '')}\n`)
    .join('');
}
