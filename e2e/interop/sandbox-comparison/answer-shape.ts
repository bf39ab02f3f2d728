// SPDX-License-Identifier: Apache-2.0
import { derShape, isOneElement } from './der.ts';
import { leafExtensions, sctExtensions } from './leaf-certificate.ts';
import type { Answer } from './send.ts';

/** What is compared of two answers, each as text; an aspect that an answer has not is empty. */
export interface AnswerShape {
  readonly status: string;
  readonly headers: string;
  /** Keys and types of JSON; of other forms what they are made of. */
  readonly body: string;
  /** Extensions of an issued certificate, in their order, with their values but for those that name the authority or the CT log. */
  readonly certificate: string;
  /** Extensions within its signed certificate timestamps. */
  readonly timestamps: string;
}

export type Aspect = keyof AnswerShape;

/** Headers whose value must be the same, and those that must both be there. */
const SAME_HEADERS = [
  'content-type',
  'allow',
  'cache-control',
  'expires',
  'pragma',
  'vary',
  'x-accel-expires',
];
const PRESENT_HEADERS = ['location', 'etag', 'x-log-index', 'retry-after', 'access-control-allow-methods'];

/** Names of members whose lists may be empty on one side: a path in a smaller tree. */
const LISTS_OF_TEXT = new Set(['hashes']);
/** Names of members that hold an entry in base64, the same bytes for the same request. */
const ENTRY_BODIES = new Set(['body', 'canonicalizedBody']);

export function shapeOf(answer: Answer): AnswerShape {
  const { status, reason, headers, body } = answer;
  const same = SAME_HEADERS.map((name) => `${name}: ${valueOf(headers[name])}`);
  const present = PRESENT_HEADERS.map((name) => `${name}: ${headers[name] === undefined ? '' : 'yes'}`);
  const json = jsonOf(body);
  const leaf = leafOf(json);
  return {
    status: `${status} ${reason}`,
    headers: [...same, ...present].filter((line) => !line.endsWith(': ')).join('; '),
    body: json === undefined ? bodyShape(body) : jsonShape(json),
    certificate: leaf === undefined ? '' : leafExtensions(leaf),
    timestamps: leaf === undefined ? '' : sctExtensions(leaf),
  };
}

/** The words of an error, if the answer is one. */
export function messageOf({ body }: Answer): string | undefined {
  const json = jsonOf(body);
  const message = isObject(json) ? json['message'] : undefined;
  return typeof message === 'string' ? message : undefined;
}

/** The methods that are allowed come in any order. */
function valueOf(header: string | readonly string[] | undefined): string {
  const text = String(header ?? '');
  return /^[A-Z,]+$/.test(text) ? text.split(',').toSorted().join() : text;
}

function jsonOf(body: Buffer): unknown {
  if (!/^\s*[[{]/.test(body.toString('latin1'))) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function leafOf(json: unknown): string | undefined {
  const issued = isObject(json) ? json['signedCertificateEmbeddedSct'] : undefined;
  const chain = isObject(issued) ? issued['chain'] : undefined;
  const certificates = isObject(chain) ? chain['certificates'] : undefined;
  return Array.isArray(certificates) ? String(certificates[0]) : undefined;
}

function jsonShape(value: unknown, name = ''): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (LISTS_OF_TEXT.has(name)) return '[text]';
    return `[${[...new Set(value.map((item) => jsonShape(item)))].toSorted().join('|')}]`;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => `${keyShape(key)}:${jsonShape(item, key)}`);
    return `{${members.toSorted().join(',')}}`;
  }
  if (typeof value !== 'string') return typeof value;
  if (ENTRY_BODIES.has(name)) return `entry ${Buffer.from(value, 'base64').toString()}`;
  return value.includes('\n\n\u2014 ') ? textShape(value) : 'text';
}

/** Entries of Rekor v1 stand under their ids. */
function keyShape(key: string): string {
  return /^[0-9a-f]{64,80}$/.test(key) ? 'ID' : key;
}

function bodyShape(body: Buffer): string {
  const text = body.toString('latin1');
  if (text.startsWith('<!DOCTYPE html>')) return 'HTML';
  if (text.startsWith('-----BEGIN ')) return [...new Set(text.match(/-----BEGIN [A-Z ]+/g))].join();
  if (body[0] === 0x30 && isOneElement(body)) return derShape(body);
  if (/^[\t\n\r -~]*$/.test(text) || text.startsWith('localhost\n')) return textShape(body.toString());
  if (text.includes('"kind":"hashedrekord"')) return 'entries';
  return `${body.length} bytes`;
}

/** Text with its numbers and base64 made alike. */
function textShape(text: string): string {
  return JSON.stringify(text.replaceAll(/[A-Za-z0-9+/]{20,}={0,2}/g, 'B').replaceAll(/\d+/g, 'N'));
}
