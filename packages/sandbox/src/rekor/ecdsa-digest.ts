// SPDX-License-Identifier: Apache-2.0
import { createECDH, type KeyObject } from 'node:crypto';
import { decodeBase64Url, encodeHex } from '@colophon/base';
import { fromBER, Integer, Sequence } from 'asn1js';

interface Curve {
  readonly field: bigint;
  readonly order: bigint;
  readonly bytes: number;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** The numbers r and s of a signature. */
export interface EcdsaSignature {
  readonly r: bigint;
  readonly s: bigint;
}

// NIST SP 800-186 §3.2.1.
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    field: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    bytes: 32,
  },
  secp384r1: {
    field: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    bytes: 48,
  },
  secp521r1: {
    field: 2n ** 521n - 1n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    bytes: 66,
  },
};

/** Reads a signature in DER or, with `r` and `s` of equal length, as IEEE P1363 has it; undefined if it is neither. */
export function parseEcdsaSignature(bytes: Uint8Array): EcdsaSignature | undefined {
  const [r, s] = derIntegers(bytes);
  if (r !== undefined && s !== undefined) return { r, s };
  if (bytes.length === 0 || bytes.length > 132 || bytes.length % 2 !== 0) return undefined;
  return { r: integer(bytes.subarray(0, bytes.length / 2)), s: integer(bytes.subarray(bytes.length / 2)) };
}

// asn1js throws at times and dates that are none, as any bytes may seem to be.
function derIntegers(bytes: Uint8Array): bigint[] {
  try {
    const { result, offset } = fromBER(bytes);
    const items = result instanceof Sequence && offset === bytes.length ? result.valueBlock.value : [];
    return items.flatMap((item) => (item instanceof Integer ? [item.toBigInt()] : []));
  } catch {
    return [];
  }
}

/**
 * Verifies an ECDSA signature over a digest alone (FIPS 186-5 §6.4.2), which node:crypto cannot do. With u = r/s and
 * T = Q + (e/r)G, the point to compare with r is uT, and scalar multiplication is what ECDH does.
 */
export function verifyEcdsaDigest(key: KeyObject, digest: Uint8Array, signature: EcdsaSignature): boolean {
  const name = key.asymmetricKeyDetails?.namedCurve ?? '';
  const curve = CURVES[name];
  const { r, s } = signature;
  if (!curve || r < 1n || s < 1n || r >= curve.order || s >= curve.order) return false;
  const { order, bytes } = curve;
  const factor = (truncated(digest, order) * inverse(r, order)) % order;
  // Zero has no point that node:crypto could give; a digest of nothing but zeros is easily sent.
  const sum = factor === 0n ? pointOf(key) : addDistinct(curve, multiply(name, curve, factor), pointOf(key));
  if (!sum) return false;
  const scalar = createECDH(name);
  scalar.setPrivateKey(encoded((r * inverse(s, order)) % order, bytes));
  const x = scalar.computeSecret(
    Buffer.concat([new Uint8Array([4]), encoded(sum.x, bytes), encoded(sum.y, bytes)]),
  );
  return integer(x) % order === r;
}

function pointOf(key: KeyObject): Point {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { x: integer(decodeBase64Url(x)), y: integer(decodeBase64Url(y)) };
}

function multiply(name: string, { bytes }: Curve, scalar: bigint): Point {
  const generator = createECDH(name);
  generator.setPrivateKey(encoded(scalar, bytes));
  const point = generator.getPublicKey();
  return { x: integer(point.subarray(1, 1 + bytes)), y: integer(point.subarray(1 + bytes)) };
}

// Points with one x are equal or opposite: nobody meets them but by making them so, and they may be refused.
function addDistinct({ field }: Curve, a: Point, b: Point): Point | undefined {
  if (a.x === b.x) return undefined;
  const slope = modulo((a.y - b.y) * inverse(modulo(a.x - b.x, field), field), field);
  const x = modulo(slope * slope - a.x - b.x, field);
  return { x, y: modulo(slope * (a.x - x) - a.y, field) };
}

function truncated(digest: Uint8Array, order: bigint): bigint {
  const excess = digest.length * 8 - order.toString(2).length;
  return excess > 0 ? integer(digest) >> BigInt(excess) : integer(digest);
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, value, 0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return modulo(factor, modulus);
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes) || '0'}`);
}

function encoded(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
}
