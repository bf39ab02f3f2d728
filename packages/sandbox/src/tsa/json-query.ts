// SPDX-License-Identifier: Apache-2.0
import { goBase64 } from '../rekor/go-values.ts';
import {
  HASH_OIDS,
  type ImprintHash,
  requireStampable,
  TimestampRefusal,
  type TimestampQuery,
  weakHash,
} from './timestamp-query.ts';

const MAX_BYTES = 1024;
const MAX_POLICY_DOTS = 128;

type Fields = ReadonlyMap<string, unknown>;

/**
 * Parses the JSON form of a query, `{artifactHash, hashAlgorithm, certificates, nonce, tsaPolicyOID}` with the digest in
 * base64, as Go does: the case of names does not count, unknown ones are ignored.
 * @throws TimestampRefusal for what the authority tells the caller, or whatever says that it is no query
 */
export function parseJsonQuery(body: Uint8Array): TimestampQuery {
  if (body.length > MAX_BYTES) throw new TimestampRefusal('timestamp request is too large');
  const fields = readFields(Buffer.from(body).toString());
  const hash = hashOf(textOf(fields, 'hashalgorithm').toLowerCase());
  const policy = textOf(fields, 'tsapolicyoid');
  if (policy.split('.').length - 1 > MAX_POLICY_DOTS || !/^(?:[+-]?\d+(?:\.|$))*$/.test(policy))
    throw new TimestampRefusal('OID should be comprised of at most 128 components');
  const nonce = nonceOf(fields.get('nonce') ?? null);
  const certificate = fields.get('certificates') ?? false;
  if (typeof certificate !== 'boolean') throw new TypeError('certificates is no boolean');
  const query = {
    hash,
    digest: goBase64(textOf(fields, 'artifacthash'), 'artifact hash'),
    ...(policy !== '' && { policy }),
    ...(nonce && { nonce }),
    certificate,
  };
  requireStampable(query);
  return query;
}

function readFields(text: string): Fields {
  const value: unknown = JSON.parse(text, keepDigits);
  if (value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) throw new TypeError('no object');
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

// A number is kept as the text that it is: a nonce has more digits than a double.
function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? { digits: context?.source ?? String(value) } : value;
}

function textOf(fields: Fields, name: string): string {
  const value = fields.get(name) ?? '';
  if (typeof value !== 'string') throw new TypeError(`${name} is no text`);
  return value;
}

function hashOf(name: string): ImprintHash {
  if (name === 'sha1') throw weakHash();
  if (!Object.hasOwn(HASH_OIDS, name)) throw new TypeError('unknown hash');
  return name as ImprintHash;
}

function nonceOf(value: unknown): Uint8Array | undefined {
  if (value === null) return undefined;
  const digits = (value as { readonly digits?: string }).digits ?? '';
  if (!/^-?\d+$/.test(digits)) throw new TypeError('nonce is no whole number');
  return twosComplement(BigInt(digits));
}

/** A number as the content of a DER INTEGER. */
function twosComplement(value: bigint): Uint8Array {
  const bits = (value < 0n ? -value - 1n : value).toString(2).length + 1;
  const length = value === 0n || value === -1n ? 1 : Math.ceil(bits / 8);
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return new Uint8Array(Buffer.from(hex.padStart(length * 2, '0'), 'hex'));
}
