// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Handler } from '../http-service.ts';
import { TimestampAuthority } from '../tsa/timestamp-authority.ts';
import type { TimestampQuery } from '../tsa/timestamp-query.ts';
import { tsaHandler } from '../tsa/tsa-service.ts';
import { changing, flipped, type Lies } from './lie.ts';

const DAY_MS = 86_400_000;

/** The lies of a time-stamp authority. */
export function tsaLies(authority: TimestampAuthority, clock: Clock): Lies {
  const stamping = (change: (query: TimestampQuery) => TimestampQuery): Handler => {
    const { chain } = authority;
    return tsaHandler({ chain, stamp: (query, now) => authority.stamp(change(query), now) }, clock);
  };
  const tomorrow = { now: () => new Date(clock.now().getTime() + DAY_MS) };
  return {
    // The signature is the last of a response.
    'wrong-signature': changing(tsaHandler(authority, clock), ({ body }) => flipped(Buffer.from(body))),
    'other-signer': strangers(clock),
    'other-entry': stamping((query) => ({ ...query, digest: digestOf(query) })),
    'other-nonce': stamping((query) => ({ ...query, nonce: Uint8Array.of(1) })),
    'other-time': tsaHandler(authority, tomorrow),
  };
}

function strangers(clock: Clock): Handler {
  let authority: Promise<TimestampAuthority> | undefined;
  return async (request) => {
    authority ??= TimestampAuthority.create();
    return tsaHandler(await authority, clock)(request);
  };
}

function digestOf({ hash, digest }: TimestampQuery): Uint8Array {
  return createHash(hash).update(digest).digest();
}
