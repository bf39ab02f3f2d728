// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject } from 'node:crypto';
import { encodeUtf8, equalBytes } from '@colophon/base';
import { spkiOf } from '../spki.ts';

/** A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 §5.1.4). */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

// RFC 8032 §5.1.
const FIELD = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, FIELD - 2n));
const SQRT_MINUS_1 = power(2n, (FIELD - 1n) / 4n);
const NEUTRAL: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE_Y = modulo(4n * power(5n, FIELD - 2n));
// dom2(1, '') of RFC 8032 §2: what sets Ed25519ph apart, with an empty context.
const DOMAIN = Buffer.concat([encodeUtf8('SigEd25519 no Ed25519 collisions'), Uint8Array.of(1, 0)]);

/** Verifies an Ed25519ph signature (RFC 8032 §5.1.7) over a SHA-512 digest, which node:crypto cannot do. */
export function verifyEd25519ph(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const encodedKey = spkiOf(key).subarray(-32);
  const [commitment, response] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const point = decode(encodedKey);
  const base = recover(BASE_Y, 0n);
  if (signature.length !== 64 || response >= ORDER || !point || !base) return false;
  const hash = createHash('sha512').update(DOMAIN).update(commitment).update(encodedKey).update(digest);
  const challenge = littleEndian(hash.digest()) % ORDER;
  const minus = { ...point, x: modulo(-point.x), t: modulo(-point.t) };
  return equalBytes(encode(add(multiply(base, response), multiply(minus, challenge))), commitment);
}

function add(a: Point, b: Point): Point {
  const [m, p] = [(a.y - a.x) * (b.y - b.x), (a.y + a.x) * (b.y + b.x)];
  const [c, d] = [modulo(2n * D * a.t) * b.t, 2n * a.z * b.z];
  const [e, f, g, h] = [modulo(p - m), modulo(d - c), modulo(d + c), modulo(p + m)];
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) };
}

function multiply(point: Point, scalar: bigint): Point {
  let [sum, doubled] = [NEUTRAL, point];
  for (let left = scalar; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

function decode(bytes: Uint8Array): Point | undefined {
  const number = littleEndian(bytes);
  const y = number & (2n ** 255n - 1n);
  return recover(y, number >> 255n);
}

// The point with this y and an x of this parity (§5.1.3), if there is one.
function recover(y: bigint, parity: bigint): Point | undefined {
  const [u, v] = [modulo(y * y - 1n), modulo(D * y * y + 1n)];
  const candidate = modulo(u * power(v, FIELD - 2n));
  const root = power(candidate, (FIELD + 3n) / 8n);
  const x = modulo(root * root) === candidate ? root : modulo(root * SQRT_MINUS_1);
  if (modulo(x * x) !== candidate || (x === 0n && parity === 1n)) return undefined;
  const signed = (x & 1n) === parity ? x : modulo(-x);
  return { x: signed, y, z: 1n, t: modulo(signed * y) };
}

function encode({ x, y, z }: Point): Uint8Array {
  const inverse = power(z, FIELD - 2n);
  const number = modulo(y * inverse) | ((modulo(x * inverse) & 1n) << 255n);
  return new Uint8Array(Buffer.from(number.toString(16).padStart(64, '0'), 'hex').toReversed());
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex') || '0'}`);
}

function modulo(value: bigint): bigint {
  const rest = value % FIELD;
  return rest < 0n ? rest + FIELD : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}
