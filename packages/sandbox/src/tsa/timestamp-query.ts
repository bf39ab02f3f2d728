// SPDX-License-Identifier: Apache-2.0
import { type DerElement, DER_TAGS, readDer, readDerSequence, readOid } from '../warehouse/der.ts';

export type ImprintHash = 'sha256' | 'sha384' | 'sha512';

/** What is asked of a time-stamp authority (RFC 3161 §2.4.1), as far as its answer depends on it. */
export interface TimestampQuery {
  readonly hash: ImprintHash;
  readonly digest: Uint8Array;
  readonly policy?: string;
  /** The content of an INTEGER: two's complement, the highest byte first. */
  readonly nonce?: Uint8Array;
  /** Whether the authority's certificate is wanted in the answer. */
  readonly certificate: boolean;
}

/** A query that the authority refuses, in the words that it gives the caller. */
export class TimestampRefusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TimestampRefusal';
  }
}

export const HASH_OIDS: Readonly<Record<ImprintHash, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** The one policy that the authority stamps under: Sigstore's. */
export const POLICY = '1.3.6.1.4.1.57264.2';

const SHA1 = '1.3.14.3.2.26';
const LENGTHS: Readonly<Record<ImprintHash, number>> = { sha256: 32, sha384: 48, sha512: 64 };
const EXTENSIONS_TAG = 0xa0;

/**
 * Parses a DER TimeStampReq, as leniently as Go's asn1: any version, and what follows the fields that are known is not
 * looked at. @throws TimestampRefusal for what the authority tells the caller, or whatever says that it is no query
 */
export function parseTimestampQuery(der: Uint8Array): TimestampQuery {
  const [version, imprint, ...optional] = childrenOf(readDer(der, DER_TAGS.sequence));
  integerContent(version);
  const [algorithm, digest] = childrenOf(imprint);
  if (digest?.tag !== DER_TAGS.octetString || digest.content.length === 0) throw new TypeError('no imprint');
  const hash = hashOf(readOid(childrenOf(algorithm)[0]));
  const take = (tag: number) => (optional[0]?.tag === tag ? optional.shift() : undefined);
  const [policy, nonce] = [take(DER_TAGS.oid), take(DER_TAGS.integer)];
  const [certificate, extensions] = [take(DER_TAGS.boolean), take(EXTENSIONS_TAG)];
  const query = {
    hash,
    digest: digest.content,
    ...(policy && { policy: readOid(policy) }),
    ...(nonce && { nonce: integerContent(nonce) }),
    certificate: certificate !== undefined && readBoolean(certificate),
  };
  requireStampable(query);
  if (extensions && extensions.content.length > 0)
    throw new TimestampRefusal('unaccepted extension: requested extensions are not supported by the TSA');
  return query;
}

/** Holds a query to what the authority stamps. @throws TimestampRefusal */
export function requireStampable({ hash, digest, policy }: TimestampQuery): void {
  if (digest.length !== LENGTHS[hash])
    throw new TimestampRefusal('Message digest has incorrect length for specified algorithm');
  if (policy !== undefined && policy !== POLICY)
    throw new TimestampRefusal('unaccepted policy: requested TSA policy is not supported by the TSA');
}

/** SHA-1 is refused by name. */
export function weakHash(): TimestampRefusal {
  return new TimestampRefusal('Weak hash algorithm in timestamp request');
}

function hashOf(oid: string): ImprintHash {
  if (oid === SHA1) throw weakHash();
  const found = Object.entries(HASH_OIDS).find(([, known]) => known === oid);
  if (!found) throw new TypeError('unknown hash');
  return found[0] as ImprintHash;
}

function childrenOf(element: DerElement | undefined): DerElement[] {
  if (element?.tag !== DER_TAGS.sequence) throw new TypeError('no sequence');
  return readDerSequence(element.content);
}

function integerContent(element: DerElement | undefined): Uint8Array {
  const [first, second] = element?.content ?? [];
  if (element?.tag !== DER_TAGS.integer || first === undefined) throw new TypeError('no integer');
  const padded = second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
  if (padded) throw new TypeError('an integer that is not in its shortest form');
  return element.content;
}

function readBoolean({ content }: DerElement): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new TypeError('no boolean');
  return content[0] === 0xff;
}
