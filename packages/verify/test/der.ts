// SPDX-License-Identifier: Apache-2.0

/** DER, written apart from the packages under test: just what a certificate needs. */
export function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const size: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) size.unshift(rest & 0xff);
  const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | size.length, ...size];
  return new Uint8Array(Buffer.concat([Buffer.from(header), content]));
}

export const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
export const sequence = (...parts: Uint8Array[]): Uint8Array => der(0x30, ...parts);

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Uint8Array.from(octets));
}

export const extension = (name: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(name), ...(critical ? [der(0x01, Uint8Array.of(0xff))] : []), der(0x04, value));
export const keyUsage = (bits: number, unused: number): Uint8Array =>
  extension('2.5.29.15', der(0x03, Uint8Array.of(unused, bits)), true);
export const purposes = (...oids: string[]): Uint8Array => extension('2.5.29.37', sequence(...oids.map(oid)));
export const authority = (): Uint8Array =>
  extension('2.5.29.19', sequence(der(0x01, Uint8Array.of(0xff))), true);
export const uriName = (uri: string): Uint8Array =>
  extension('2.5.29.17', sequence(der(0x86, text(uri))), true);
export const claim = (number: number, value: string): Uint8Array =>
  extension(`1.3.6.1.4.1.57264.1.${number}`, der(0x0c, text(value)));
export const rawClaim = (number: number, value: string): Uint8Array =>
  extension(`1.3.6.1.4.1.57264.1.${number}`, text(value));

export const DIGITAL_SIGNATURE: Uint8Array = keyUsage(0x80, 7);
export const KEY_CERT_SIGN: Uint8Array = keyUsage(0x04, 2);
export const CODE_SIGNING: Uint8Array = purposes('1.3.6.1.5.5.7.3.3');
