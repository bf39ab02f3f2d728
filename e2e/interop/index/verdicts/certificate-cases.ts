// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { ecKeys } from '../forge/authority.ts';
import {
  authorityKey,
  basicConstraints,
  CODE_SIGNING,
  EXTENSION,
  extendedKeyUsage,
  type Extension,
  extension,
  keyUsage,
  subjectKey,
  subjectNames,
} from '../forge/certificate.ts';
import { bitString, boolean, distinguishedName, integer, sequence } from '../forge/der.ts';
import { SIGNING_TIME } from '../forge/facts.ts';
import type { LeafShape } from '../forge/leaf.ts';
import { casesOf, type ForgedCase } from './case.ts';

type Change = (usual: readonly Extension[]) => readonly Extension[];

const without =
  (id: string): Change =>
  (usual) =>
    usual.filter((one) => one.id !== id);
const swapped =
  (changed: Extension): Change =>
  (usual) =>
    usual.map((one) => (one.id === changed.id ? changed : one));
const added =
  (more: Extension): Change =>
  (usual) => [...usual, more];

const NULL = new Uint8Array([5, 0]);
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const at = (seconds: number): Date => new Date((SIGNING_TIME + seconds) * 1000);
const raw = (id: string, bytes: readonly number[], critical = false): Extension =>
  extension(id, critical, new Uint8Array(bytes));

/** Leaves by kind of change; each is issued anew, timestamped and logged. */
const LEAVES: Readonly<Record<string, Readonly<Record<string, LeafShape>>>> = {
  'leaf: key usage': {
    absent: { extensions: without(EXTENSION.keyUsage) },
    'signing certificates too': { extensions: swapped(keyUsage(0b1000_0100)) },
    'key agreement only': { extensions: swapped(keyUsage(0b0000_1000)) },
    'not critical': { extensions: swapped(keyUsage(0b1000_0000, false)) },
    'no bit': { extensions: swapped(keyUsage(0)) },
    'non-repudiation too': { extensions: swapped(keyUsage(0b1100_0000)) },
    'bits that need not be there': {
      extensions: swapped(extension(EXTENSION.keyUsage, true, bitString(new Uint8Array([0x80])))),
    },
  },
  'leaf: extended key usage': {
    absent: { extensions: without(EXTENSION.extendedKeyUsage) },
    'TLS servers': { extensions: swapped(extendedKeyUsage([SERVER_AUTH])) },
    anything: { extensions: swapped(extendedKeyUsage(['2.5.29.37.0'])) },
    'code signing and TLS servers': { extensions: swapped(extendedKeyUsage([SERVER_AUTH, CODE_SIGNING])) },
    critical: { extensions: swapped(extendedKeyUsage([CODE_SIGNING], true)) },
    empty: { extensions: swapped(extendedKeyUsage([])) },
  },
  'leaf: basic constraints': {
    'an authority': { extensions: added(basicConstraints(true, boolean(true))) },
    'an authority, not critical': { extensions: added(basicConstraints(false, boolean(true))) },
    'empty, critical': { extensions: added(basicConstraints(true)) },
    empty: { extensions: added(basicConstraints(false)) },
    'a default that is spelled out': { extensions: added(basicConstraints(true, boolean(false))) },
    'a path length only': { extensions: added(basicConstraints(true, integer(new Uint8Array([0])))) },
  },
  'leaf: other extensions': {
    'unknown and critical': { extensions: added(raw('1.2.3.4', [5, 0], true)) },
    unknown: { extensions: added(raw('1.2.3.4', [5, 0])) },
    'a claim that is critical': {
      extensions: (usual) =>
        usual.map((one) => (one.id.endsWith('.1.12') ? { ...one, critical: true } : one)),
    },
    'name constraints, critical': { extensions: added(extension('2.5.29.30', true, sequence())) },
    'name constraints': { extensions: added(extension('2.5.29.30', false, sequence())) },
    'authority information, critical': {
      extensions: added(extension('1.3.6.1.5.5.7.1.1', true, sequence())),
    },
    'a precertificate’s poison': { extensions: added(extension('1.3.6.1.4.1.11129.2.4.3', false, NULL)) },
    'a claim twice': { extensions: (usual) => [...usual, ...usual.filter(({ id }) => id.endsWith('.1.12'))] },
  },
  'leaf: key identifiers': {
    'no authority key': { extensions: without(EXTENSION.authorityKey) },
    'another authority’s key': { extensions: swapped(authorityKey(new Uint8Array(20).fill(0xbb))) },
    'authority key, critical': { extensions: swapped(authorityKey(new Uint8Array(20).fill(0xbb), true)) },
    'empty authority key': { extensions: swapped(extension(EXTENSION.authorityKey, false, sequence())) },
    'no subject key': { extensions: without(EXTENSION.subjectKey) },
    'subject key, critical': { extensions: swapped(subjectKey(new Uint8Array(20).fill(0xaa), true)) },
    'subject key that is none': { extensions: swapped(raw(EXTENSION.subjectKey, [1, 2, 3])) },
  },
  'leaf: subject names': {
    absent: { extensions: without(EXTENSION.subjectAlternativeName) },
    'not critical': { extensions: swapped(subjectNames([[6, 'https://a.test']], false)) },
    'critical beside a subject': { subject: distinguishedName('x') },
    'two URIs': {
      extensions: swapped(
        subjectNames([
          [6, 'https://a.test'],
          [6, 'https://b.test'],
        ]),
      ),
    },
    'a host': { extensions: swapped(subjectNames([[2, 'a.test']])) },
    'an e-mail address': { extensions: swapped(subjectNames([[1, 'a@b.test']])) },
    none: { extensions: swapped(subjectNames([])) },
  },
  'leaf: serial number and issuer': {
    zero: { serial: new Uint8Array([0]) },
    negative: { serial: new Uint8Array([0xff, 1]) },
    'with a zero too many': { serial: new Uint8Array([0, 0x42, 1]) },
    'of 21 bytes': { serial: new Uint8Array(21).fill(0x41) },
    'another issuer’s name': { issuer: distinguishedName('nobody') },
    'no issuer’s name': { issuer: distinguishedName() },
  },
  'leaf: validity': {
    'ends when it is logged': { notAfter: at(0) },
    'ended before': { notAfter: at(-1) },
    'begins when it is logged': { notBefore: at(0) },
    'begins after': { notBefore: at(1) },
    'ends in 2060': { notAfter: new Date('2060-01-01T00:00:00Z') },
    'ends before it begins': { notBefore: at(60), notAfter: at(-60) },
  },
  'leaf: certificate timestamp': {
    none: { timestamps: 'none' },
    'two of one log': { timestamps: 'two' },
    'of a log that nobody knows': { timestamps: 'other-log' },
    critical: { timestamps: 'critical' },
    'with a byte after the list': { timestamps: 'trailing-byte' },
    'with an extension': { timestamps: 'with-extension' },
  },
  'leaf: bytes after its end': { one: { tail: new Uint8Array([0]) }, 'a whole element': { tail: NULL } },
};

function keyCases(): ForgedCase[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return casesOf('leaf: key', {
    'P-384': { leaf: { keys: ecKeys('P-384') } },
    'P-521': { leaf: { keys: ecKeys('P-521') } },
    secp256k1: { leaf: { keys: ecKeys('secp256k1') } },
    'P-384 with SHA-384': { leaf: { keys: ecKeys('P-384') }, hash: 'sha384' },
    RSA: { leaf: { keys: rsa } },
  });
}

export function certificateCases(): ForgedCase[] {
  const leaves = Object.entries(LEAVES).flatMap(([kind, shapes]) =>
    Object.entries(shapes).map(([name, leaf]) => ({ kind, name, shape: { leaf } })),
  );
  return [...leaves, ...keyCases()];
}
