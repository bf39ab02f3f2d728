// SPDX-License-Identifier: Apache-2.0
import type { Retry } from '@colophon/http';
import type { Talk } from './talk.ts';

/** Many files meet the same failure at the same moment: so long nobody needs to hear of it again. */
const SILENCE_MS = 1000;

/** Says that something failed and will be tried again. */
export function retryNotice(talk: Pick<Talk, 'say'>, now = () => performance.now()): (retry: Retry) => void {
  const said = new Map<string, number>();
  return ({ error: { message }, delayMs }) => {
    const last = said.get(message);
    if (last !== undefined && now() - last < SILENCE_MS) return;
    said.set(message, now());
    talk.say(`${message}; trying again in ${(delayMs / 1000).toFixed(1)} s`);
  };
}
