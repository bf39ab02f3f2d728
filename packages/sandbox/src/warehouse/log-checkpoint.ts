// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from '@colophon/base';
import { refused } from './attestation-verdict.ts';

export interface LogCheckpoint {
  readonly size: bigint;
  readonly rootHash: Uint8Array;
  /** The key hints of the signature lines, in hexadecimal. */
  readonly keyHints: readonly string[];
}

const HEADER = /^[!-~]+(?: [!-~]+)*\n(?<size>0|[1-9][0-9]{0,19})\n(?<root>[A-Za-z0-9+/=]+)\n(?:[ -~]+\n)*$/;
const SIGNATURE = /^\u2014 [!-~]+ (?<blob>[A-Za-z0-9+/=]+)$/;

/**
 * Parses a signed note with a log's checkpoint (C2SP signed-note, tlog-checkpoint): one blank line, and after it nothing but
 * signature lines. Who skips what he cannot read is skipping a signature that does not hold.
 */
export function parseLogCheckpoint(note: string): LogCheckpoint {
  const [header = '', signatures = '', ...more] = note.split('\n\n');
  const groups = HEADER.exec(`${header}\n`)?.groups;
  const lines = signatures.split('\n');
  if (!groups || more.length > 0 || lines.pop() !== '' || lines.length === 0)
    throw refused('malformed checkpoint');
  return {
    size: BigInt(groups.size ?? ''),
    rootHash: bytesOf(groups.root),
    keyHints: lines.map((line) => {
      const blob = bytesOf(SIGNATURE.exec(line)?.groups?.blob);
      if (blob.length < 5) throw refused('malformed checkpoint: a signature of too few bytes');
      return Buffer.from(blob.subarray(0, 4)).toString('hex');
    }),
  };
}

function bytesOf(text = '='): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw refused('malformed checkpoint: no base64', cause);
  }
}
