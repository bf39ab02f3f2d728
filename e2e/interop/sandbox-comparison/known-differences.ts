// SPDX-License-Identifier: Apache-2.0
import type { Aspect } from './answer-shape.ts';
import type { ComparedRequest, ComparedService } from './request.ts';

/** A difference that is meant. One that no longer shows fails the run, as does any other. */
export interface KnownDifference {
  readonly service: ComparedService;
  /** The name of a request, or a pattern of names. */
  readonly request: string | RegExp;
  readonly aspects: readonly Aspect[];
  readonly because: string;
}

const STATIC = 'the real log leaves its tiles to a static server, which words this as it likes';

export const knownDifferences: readonly KnownDifference[] = [
  {
    service: 'fulcio',
    request: /./,
    aspects: ['timestamps'],
    because:
      'the real log here is ct_server; the sandbox’s adds the leaf_index of the static logs that succeed it',
  },
  {
    service: 'rekor2',
    request: / of the writing side$/,
    aspects: ['status', 'headers', 'body'],
    because: 'the real server only writes; the sandbox is its static server, too',
  },
  { service: 'rekor2Tiles', request: 'the checkpoint', aspects: ['headers'], because: STATIC },
  { service: 'rekor2Tiles', request: /not there$|no tile$/, aspects: ['headers', 'body'], because: STATIC },
  {
    service: 'tsa',
    request: 'a preflight',
    aspects: ['status', 'headers', 'body'],
    because: 'browsers are no clients of the sandbox',
  },
  {
    service: 'tsa',
    request: 'the description of the API',
    aspects: ['status', 'headers', 'body'],
    because: 'a page for people',
  },
];

/** Whether a row of the table means this aspect of this request. */
export function covers(row: KnownDifference, { service, name }: ComparedRequest, aspect: Aspect): boolean {
  const named = typeof row.request === 'string' ? row.request === name : row.request.test(name);
  return row.service === service && named && row.aspects.includes(aspect);
}
