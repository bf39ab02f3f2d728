// SPDX-License-Identifier: Apache-2.0
import { parseJson, type JsonObject } from '@colophon/base';
import type { Clock } from '../clock.ts';
import type { Handler } from '../http-service.ts';
import { rekorV2Handler } from '../rekor-v2/rekor-v2-service.ts';
import { TileLog } from '../rekor-v2/tile-log.ts';
import { RekorLog } from '../rekor/rekor-log.ts';
import { rekorHandler } from '../rekor/rekor-service.ts';
import { changing, changingJson, flippedNote, flippedText, type Lies } from './lie.ts';

interface RekorEntry {
  logIndex: number;
  verification: { signedEntryTimestamp: string };
}

interface RekorV2Entry {
  logIndex: string;
  inclusionProof: { checkpoint: { envelope: string } };
}

/** The lies of a Rekor v1 log. `other-entry` needs a log that has another one. */
export function rekorLies(log: RekorLog, clock: Clock, origin: string): Lies {
  const honest = rekorHandler(log);
  return {
    'wrong-signature': changingJson(honest, (document) => {
      const { verification } = onlyEntry(document);
      verification.signedEntryTimestamp = flippedText(verification.signedEntryTimestamp);
    }),
    'other-signer': rekorHandler(new RekorLog(clock, origin)),
    'other-entry': another(honest, (document) => log.entry(besides(onlyEntry(document).logIndex))),
  };
}

/** The lies of a Rekor v2 log. `other-entry` needs a log that has another one. */
export function rekorV2Lies(log: TileLog, origin: string): Lies {
  const honest = rekorV2Handler(log);
  return {
    'wrong-signature': changingJson(honest, (document) => {
      const { checkpoint } = (document as unknown as RekorV2Entry).inclusionProof;
      checkpoint.envelope = flippedNote(checkpoint.envelope);
    }),
    'other-signer': rekorV2Handler(new TileLog(origin)),
    'other-entry': another(honest, (document) =>
      log.entry(besides(Number((document as unknown as RekorV2Entry).logIndex))),
    ),
  };
}

function onlyEntry(document: JsonObject): RekorEntry {
  return Object.values(document)[0] as unknown as RekorEntry;
}

function besides(index: number): number {
  return index === 0 ? 1 : 0;
}

function another(honest: Handler, find: (document: JsonObject) => JsonObject | undefined): Handler {
  return changing(honest, ({ body }) => {
    const entry = find(parseJson(body) as JsonObject);
    if (entry === undefined) throw new TypeError('the log has no other entry');
    return JSON.stringify(entry);
  });
}
