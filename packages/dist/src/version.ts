// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { DistError } from './dist-error.ts';

/*
 * PEP 440's grammar, read here and not by @renovatebot/pep440: that package computes with JavaScript numbers, so that
 * 2^53 + 1 loses its last digit, and takes the local segment 1e5 for 100000, 0x10 for 16. Numbers stay text here.
 */
const NUMBER = '[0-9]+';
const SEPARATOR = '[-_.]?';
const RELEASE = `(?:(?<epoch>${NUMBER})!)?(?<release>${NUMBER}(?:\\.${NUMBER})*)`;
const PRE = `(?:${SEPARATOR}(?<preLabel>alpha|beta|preview|pre|rc|a|b|c)${SEPARATOR}(?<pre>${NUMBER})?)?`;
const POST = `(?:-(?<implicitPost>${NUMBER})|${SEPARATOR}(?<postLabel>post|rev|r)${SEPARATOR}(?<post>${NUMBER})?)?`;
const DEV = `(?:${SEPARATOR}(?<devLabel>dev)${SEPARATOR}(?<dev>${NUMBER})?)?`;
const LOCAL = '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?';
// What Python's str.isspace calls white space, which is not what \s is in JavaScript.
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*';
const VERSION = new RegExp(`^${SPACE}v?${RELEASE}${PRE}${POST}${DEV}${LOCAL}${SPACE}$`, 'i');

const PRE_LABELS: Readonly<Record<string, string>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** Longest text that is looked at; Python refuses a number of more than 4300 digits likewise. */
const MAX_LENGTH = 4300;

/** A version's segments, normalised; numbers are text without leading zeros. */
interface Segments {
  readonly epoch: string;
  readonly release: readonly string[];
  /** Pre, post and development release, joined in their canonical form. */
  readonly suffix: string;
  readonly local: string;
}

/**
 * The canonical form of a PEP 440 version, as `str(packaging.version.Version(text))` gives it: `1.0-Beta.2` is `1.0b2`;
 * trailing zeros of the release stay.
 * @throws DistError ERR_DIST_VERSION
 */
export function parseVersion(text: string): string {
  const { epoch, release, suffix, local } = segments(text);
  return format(epoch, release, suffix, local);
}

/** PEP 440 equality: 1.0 is 1.0.0, and 1.0+a is not 1.0. @throws DistError ERR_DIST_VERSION */
export function sameVersion(a: string, b: string): boolean {
  return comparable(segments(a)) === comparable(segments(b));
}

/** Whether a version has a local segment (`1.0+cuda`), which public indexes refuse. @throws DistError ERR_DIST_VERSION */
export function isLocalVersion(text: string): boolean {
  return segments(text).local !== '';
}

function segments(text: string): Segments {
  const groups = text.length > MAX_LENGTH ? undefined : VERSION.exec(text)?.groups;
  if (!groups) throw new DistError('ERR_DIST_VERSION', `${quote(text)} is not a PEP 440 version`);
  const {
    epoch = '0',
    release = '0',
    preLabel,
    pre,
    postLabel,
    post,
    implicitPost,
    devLabel,
    dev,
    local,
  } = groups;
  const parts: string[] = [];
  if (preLabel !== undefined) parts.push(`${PRE_LABELS[preLabel.toLowerCase()]}${integer(pre)}`);
  if (postLabel !== undefined || implicitPost !== undefined)
    parts.push(`.post${integer(post ?? implicitPost)}`);
  if (devLabel !== undefined) parts.push(`.dev${integer(dev)}`);
  return {
    epoch: integer(epoch),
    release: release.split('.').map(integer),
    suffix: parts.join(''),
    local: local === undefined ? '' : local.toLowerCase().split(/[-_.]/).map(localPart).join('.'),
  };
}

function integer(digits = '0'): string {
  return digits.replace(/^0+(?=[0-9])/, '');
}

function localPart(part: string): string {
  return /^[0-9]+$/.test(part) ? integer(part) : part;
}

function format(epoch: string, release: readonly string[], suffix: string, local: string): string {
  return `${epoch === '0' ? '' : `${epoch}!`}${release.join('.')}${suffix}${local === '' ? '' : `+${local}`}`;
}

function comparable({ epoch, release, suffix, local }: Segments): string {
  const last = release.findLastIndex((part) => part !== '0');
  return format(epoch, release.slice(0, Math.max(last, 0) + 1), suffix, local);
}
