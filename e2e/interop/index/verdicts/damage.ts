// SPDX-License-Identifier: Apache-2.0
import { seededRandom } from './seeded-random.ts';

/** A JSON document with one thing changed. */
export interface Damaged {
  readonly kind: string;
  readonly name: string;
  readonly document: unknown;
}

type Path = readonly string[];
type Container = Record<string, unknown>;

const FLIPS_OF_BYTES = 3;
const FLIPS_OF_TEXT = 2;

/**
 * Takes each member of a document away, makes it null or another type, and turns single bits: of the bytes that base64
 * stands for, else of a character. The same seed gives the same damage.
 */
export function damage(document: unknown, seed: number): Damaged[] {
  const random = seededRandom(seed);
  return pathsOf(document).flatMap((path) => [
    changed(document, path, 'damage: a member taken away', () => undefined),
    changed(document, path, 'damage: a member made null', () => null),
    changed(document, path, 'damage: a member of another type', otherType),
    ...flips(document, path, random),
  ]);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function flips(document: unknown, path: Path, random: (bound: number) => number): Damaged[] {
  const value = valueAt(document, path);
  if (typeof value !== 'string' || value === '') return [];
  const coded = isBase64(value);
  const count = coded ? FLIPS_OF_BYTES : FLIPS_OF_TEXT;
  const kind = coded ? 'damage: a bit of bytes' : 'damage: a bit of a text';
  return Array.from({ length: count }, () => {
    const [at, bit] = [
      random(coded ? Buffer.from(value, 'base64').length : value.length),
      random(coded ? 8 : 3),
    ];
    return changed(
      document,
      path,
      kind,
      () => (coded ? flipByte(value, at, bit) : flipCharacter(value, at, bit)),
      `${at}.${bit}`,
    );
  });
}

function changed(
  document: unknown,
  path: Path,
  kind: string,
  ...[change, detail = '']: readonly [change: (value: unknown) => unknown, detail?: string]
): Damaged {
  const copy = structuredClone(document);
  const holder = valueAt(copy, path.slice(0, -1)) as Container;
  const key = path.at(-1) ?? '';
  const value = change(holder[key]);
  if (value !== undefined) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
  return { kind, name: `${path.join('.')}${detail === '' ? '' : ` ${detail}`}`, document: copy };
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Container)[key], document);
}

function otherType(value: unknown): unknown {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' ? String(value) : 'text';
}

function isBase64(text: string): boolean {
  return text.length > 16 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function flipByte(text: string, at: number, bit: number): string {
  const bytes = Buffer.from(text, 'base64');
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
  return bytes.toString('base64');
}

function flipCharacter(text: string, at: number, bit: number): string {
  return text.slice(0, at) + String.fromCodePoint(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
}
