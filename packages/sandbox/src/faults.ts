// SPDX-License-Identifier: Apache-2.0
import type { Lie } from './lies/lie.ts';

export type ServiceName = 'fulcio' | 'rekor' | 'rekorV2' | 'tsa' | 'oidc' | 'ct' | 'tuf' | 'index';

/**
 * How a request goes wrong. `status` answers so without doing anything; `delay` waits `ms` milliseconds and then serves as usual;
 * `cut-before` drops the connection with nothing done; `cut-after` does the work and drops the connection instead of answering;
 * `hang` never answers, with nothing done; `lie` does the work and answers sound in form, but false.
 */
export type Fault =
  | { kind: 'status'; status: number; retryAfter?: string | number; body?: string }
  | { kind: 'delay'; ms: number }
  | { kind: 'cut-before' }
  | { kind: 'cut-after' }
  | { kind: 'hang' }
  | { kind: 'lie'; lie: Lie };

/** Which requests get a fault. A string is the whole path; a pattern is tried on path and query. `times` defaults to always. */
export interface FaultRule {
  service: ServiceName;
  method?: string;
  path?: string | RegExp;
  times?: number;
  fault: Fault;
}

/** The faults that a sandbox's services were told to show, in the order in which they were added. */
export class Faults {
  readonly #rules = new Map<FaultRule, number>();

  /** Adds a rule; the answer removes it again. */
  add(rule: FaultRule): () => void {
    const own = { ...rule };
    this.#rules.set(own, rule.times ?? Number.POSITIVE_INFINITY);
    return () => void this.#rules.delete(own);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The first fault that applies to a request, counted as used. */
  take(service: ServiceName, method: string, url: URL): Fault | undefined {
    for (const [rule, left] of this.#rules) {
      if (!applies(rule, { service, method, url })) continue;
      if (left > 1) this.#rules.set(rule, left - 1);
      else this.#rules.delete(rule);
      return rule.fault;
    }
    return undefined;
  }
}

function applies(rule: FaultRule, request: { service: ServiceName; method: string; url: URL }): boolean {
  if (rule.service !== request.service) return false;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (rule.path === undefined) return true;
  if (typeof rule.path === 'string') return rule.path === request.url.pathname;
  return (request.url.pathname + request.url.search).search(rule.path) !== -1;
}
