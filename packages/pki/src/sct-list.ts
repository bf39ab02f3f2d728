// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { expectTag, TAG, type DerElement } from './der.ts';
import type { Extension } from './extension.ts';
import { PkiError } from './pki-error.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/** One entry of the list (RFC 6962 §3.2), not yet verified. */
export interface SignedCertificateTimestamp {
  readonly version: 0;
  readonly logId: Uint8Array;
  readonly timestamp: Date;
  readonly extensions: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

const LOG_ID_BYTES = 32;
const MAX_TIME = 8_640_000_000_000_000n;
const SHA256 = 4;
const KEY_TYPES: Readonly<Record<number, SignatureAlgorithm['keyType']>> = { 1: 'rsa', 3: 'ec' };

function malformed(cause?: unknown): PkiError {
  const message = 'the signed certificate timestamps of the certificate are malformed';
  return new PkiError('ERR_SCT', message, cause === undefined ? {} : { cause });
}

/** Parses the extension's value: TLS vectors, read to their last byte, at least one entry and none twice. @throws PkiError ERR_SCT */
export function parseSctList({ content }: Extension): SignedCertificateTimestamp[] {
  const list = new TlsReader(unwrap(content));
  const entries = new TlsReader(list.vector());
  list.end();
  const timestamps: SignedCertificateTimestamp[] = [];
  const seen: Uint8Array[] = [];
  while (!entries.done) {
    const bytes = entries.vector();
    // Twice the same is once: a reader that counts logs would count one for two.
    if (seen.some((earlier) => equalBytes(earlier, bytes)))
      throw new PkiError('ERR_SCT', 'a signed certificate timestamp stands twice');
    seen.push(bytes);
    timestamps.push(parseSct(bytes));
  }
  if (timestamps.length === 0) throw malformed();
  return timestamps;
}

function unwrap(content: DerElement): Uint8Array {
  try {
    return expectTag(content.inner, TAG.octetString, 'the list of timestamps').value;
  } catch (cause) {
    throw malformed(cause);
  }
}

function parseSct(bytes: Uint8Array): SignedCertificateTimestamp {
  const reader = new TlsReader(bytes);
  const version = reader.integer(1);
  const logId = reader.bytes(LOG_ID_BYTES);
  const time = reader.bigInteger();
  const extensions = reader.vector();
  const hash = reader.integer(1);
  const keyType = KEY_TYPES[reader.integer(1)];
  const signature = reader.vector();
  reader.end();
  if (version !== 0 || hash !== SHA256 || keyType === undefined || time > MAX_TIME) throw malformed();
  const timestamp = new Date(Number(time));
  return { version, logId, timestamp, extensions, algorithm: { keyType, hash: 'sha256' }, signature };
}

/** Reads TLS presentation language (RFC 8446 §3): big-endian integers and vectors with a 16-bit length. */
class TlsReader {
  readonly #source: Buffer;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  }

  get done(): boolean {
    return this.#at === this.#source.length;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#source.length) throw malformed();
    const part = this.#source.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  integer(length: number): number {
    return this.bytes(length).reduce((sum, octet) => sum * 256 + octet, 0);
  }

  bigInteger(): bigint {
    const at = this.#at;
    this.bytes(8);
    return this.#source.readBigUInt64BE(at);
  }

  vector(): Uint8Array {
    return this.bytes(this.integer(2));
  }

  end(): void {
    if (!this.done) throw malformed();
  }
}
