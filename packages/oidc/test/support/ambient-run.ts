// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { HttpClient } from '@colophon/http';
import { expect, onTestFinished } from 'vitest';
import { type AmbientToken, type AmbientTokenOptions, detectAmbientToken } from '../../src/index.ts';
import { NOW } from './toy-token.ts';

/** Asks the place that `options` describe for a token; services that fail are given up soon. */
export async function detect(options: Partial<AmbientTokenOptions>): Promise<AmbientToken | undefined> {
  const http = new HttpClient({
    userAgent: 'colophon-test/1',
    timeBudgetMs: 1500,
    sleep: async () => undefined,
  });
  onTestFinished(() => http.close());
  return await detectAmbientToken({
    environment: {},
    audience: 'sigstore',
    http,
    now: () => NOW,
    ...options,
  });
}

/** The error of asking, which nowhere holds a token or the `secrets`. */
export async function refusal(options: Partial<AmbientTokenOptions>, ...secrets: string[]): Promise<Error> {
  const error: unknown = await detect(options).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new TypeError('a token was given');
  const shown = inspect(error, { depth: 9, showHidden: true });
  for (const secret of ['eyJ', ...secrets]) expect(shown).not.toContain(secret);
  return error;
}
