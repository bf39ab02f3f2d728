// SPDX-License-Identifier: Apache-2.0
import { HttpError } from '@colophon/http';
import { expect, it } from 'vitest';
import { retryNotice } from '../src/render/retry-notice.ts';

it('tells of one failure that many files meet at one moment once, and again later', () => {
  const lines: string[] = [];
  let clock = 0;
  const notice = retryNotice({ say: (line) => void lines.push(line) }, () => clock);
  const meet = (message: string) =>
    notice({ error: new HttpError('ERR_HTTP_UNAVAILABLE', message), delayMs: 500, attempts: 1 });
  for (let file = 0; file < 64; file += 1) meet('the log is down');
  meet('the log is slow');
  clock = 1000;
  meet('the log is down');
  expect(lines).toEqual([
    'the log is down; trying again in 0.5 s',
    'the log is slow; trying again in 0.5 s',
    'the log is down; trying again in 0.5 s',
  ]);
});
