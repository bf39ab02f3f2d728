// SPDX-License-Identifier: Apache-2.0
import type { Comparison, ComparisonCounts } from './compare.ts';
import { covers, knownDifferences } from './known-differences.ts';

/** A line of counts, and a line for every difference that is meant. */
export function renderComparison(counts: ComparisonCounts, compared: readonly Comparison[]): string {
  const { requests, bad, same, different, sameWords } = counts;
  const services = Map.groupBy(compared, ({ request }) => request.service);
  const sizes = [...services].map(([service, list]) => `${service} ${list.length}`).join(', ');
  const head = `sandbox against the real: ${requests} requests (${sizes}), ${bad} of them bad`;
  const rows = knownDifferences.map((row) => {
    const places = compared.filter(({ request, differences }) =>
      differences.some(({ aspect }) => covers(row, request, aspect)),
    );
    const name = typeof row.request === 'string' ? row.request : `${places.length} requests`;
    return `  ${row.service}, ${name}: ${row.aspects.join(' and ')}: ${row.because}\n`;
  });
  return `${head}; ${same} answered alike, ${different} as below; ${sameWords} refusals word for word\n${rows.join('')}`;
}
