// SPDX-License-Identifier: Apache-2.0
import type { TransparencyLogEntry } from '@colophon/attestation';
import {
  EncodingError,
  equalBytes,
  type JsonObject,
  parseJson,
  readObject,
  readString,
} from '@colophon/base';
import { decodeCertificatePem } from './certificate-pem.ts';
import type { LogProposal } from './log-proposal.ts';
import { RekorError } from './rekor-error.ts';

/** What an entry of Rekor v1 holds, of what is compared with the proposal. */
export interface LoggedSignature {
  readonly signature: Uint8Array;
  /** The signer's certificate as PEM text. */
  readonly verifier: string;
  /** Lower-case hexadecimal, of whatever this kind of entry keeps the digest of. */
  readonly sha256Hex: string;
}

/** The error for an entry that is not the one proposed. */
export function otherEntry(why: string, cause?: unknown): RekorError {
  const message = `the transparency log answered with another entry than ours: ${why}`;
  return new RekorError('ERR_REKOR_ENTRY', message, cause === undefined ? {} : { cause });
}

/** Reads the `spec` of a body with `read`. @throws RekorError ERR_REKOR_ENTRY when the body has another form */
export function readBody<T>(body: Uint8Array, kind: string, read: (spec: JsonObject) => T): T {
  try {
    const { spec } = readObject(parseJson(body), '$', { required: ['spec'], open: true });
    return read(readObject(spec, '$.spec', { open: true }));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw otherEntry(`it is not a ${kind} entry`, cause);
  }
}

/** @throws RekorError ERR_REKOR_ENTRY */
export function assertKind({ kindVersion }: TransparencyLogEntry, kind: string, version: string): void {
  if (kindVersion.kind !== kind || kindVersion.version !== version)
    throw otherEntry(
      `it is of kind ${JSON.stringify(kindVersion.kind)} ${JSON.stringify(kindVersion.version)}`,
    );
}

/** @throws RekorError ERR_REKOR_ENTRY */
export function assertSigner(logged: LoggedSignature, { content, certificate }: LogProposal): void {
  if (!equalBytes(logged.signature, content.signature)) throw otherEntry('it holds another signature');
  const verifier = decodeCertificatePem(logged.verifier);
  if (verifier === undefined || !equalBytes(verifier, certificate))
    throw otherEntry('it holds another certificate');
}

/** Reads `{algorithm, value}`; '' when the algorithm is another one, so that it equals no digest of ours. */
export function readSha256Hex(hash: JsonObject, at: string): string {
  const algorithm = readString(hash['algorithm'], `${at}.algorithm`);
  const value = readString(hash['value'], `${at}.value`);
  return algorithm === 'sha256' ? value : '';
}
