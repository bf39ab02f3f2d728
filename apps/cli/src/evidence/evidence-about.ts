// SPDX-License-Identifier: Apache-2.0
import { encodeHex, isAppError } from '@colophon/base';
import type { Evidence } from '@colophon/verify';
import { statementOf } from '../convert/convert-piece.ts';
import type { EvidenceFile } from './evidence.ts';

const subjects = new WeakMap<Evidence, ReadonlySet<string> | undefined>();

/**
 * The lines of a JSONL file that speak of one artifact, or may: such a file may be about many. Where no line does it is
 * given whole, for then it is about something else, which must not pass for no evidence.
 */
export function evidenceAbout(file: EvidenceFile, sha256Hex: string): EvidenceFile {
  if ('error' in file || !file.name.endsWith('.jsonl')) return file;
  const evidence = file.evidence.filter((line) => digestsOf(line)?.has(sha256Hex) !== false);
  return evidence.length === 0 ? file : { ...file, evidence };
}

/** The SHA-256 of all that a piece of evidence says that it is about; undefined where that is not all it says. */
function digestsOf(evidence: Evidence): ReadonlySet<string> | undefined {
  if (!subjects.has(evidence)) subjects.set(evidence, readDigests(evidence));
  return subjects.get(evidence);
}

function readDigests(evidence: Evidence): ReadonlySet<string> | undefined {
  const named = namedDigests(evidence);
  return named.includes(undefined) ? undefined : new Set(named.filter((digest) => digest !== undefined));
}

function namedDigests(evidence: Evidence): (string | undefined)[] {
  if (evidence.kind === 'bundle' && evidence.bundle.content.kind === 'message') {
    const { digest } = evidence.bundle.content;
    return [digest?.algorithm === 'SHA2_256' ? encodeHex(digest.value) : undefined];
  }
  try {
    const statement = statementOf(evidence);
    return statement?.subjects.map(({ digest }) => digest['sha256']) ?? [undefined];
  } catch (error) {
    // The verifier says what is wrong with it.
    if (isAppError(error)) return [undefined];
    throw error;
  }
}
