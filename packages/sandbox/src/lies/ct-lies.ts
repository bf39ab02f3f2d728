// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '@colophon/base';
import type { Clock } from '../clock.ts';
import { CtLog, type PrecertificateEntry } from '../ct/ct-log.ts';
import { ctHandler } from '../ct/ct-service.ts';
import { changingJson, flippedText, type Lies } from './lie.ts';

/** The lies of a certificate transparency log: they end up in certificates. */
export function ctLies(log: CtLog, root: Uint8Array, clock: Clock): Lies {
  const forAnother = {
    add: (entry: PrecertificateEntry) => log.add({ ...entry, issuerKeyHash: sha256(entry.issuerKeyHash) }),
    treeHead: () => log.treeHead(),
  };
  return {
    'wrong-signature': changingJson(ctHandler(log, root), (document) => {
      document['signature'] = flippedText(document['signature'] as string);
    }),
    'other-signer': ctHandler(new CtLog(clock), root),
    'other-entry': ctHandler(forAnother, root),
  };
}
