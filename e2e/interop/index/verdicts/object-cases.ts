// SPDX-License-Identifier: Apache-2.0
import type { AttestationJson, AttestationShape } from '../forge/attestation.ts';
import { ecKeys, type ForgedSigstore } from '../forge/authority.ts';
import { forgeAttestation } from '../forge/attestation.ts';
import { DIGEST, FILENAME, SLSA, statement } from '../forge/facts.ts';
import { casesOf, type ForgedCase, GITHUB, type VerdictCase } from './case.ts';

const whole = (change: (attestation: AttestationJson) => void): AttestationShape => ({ whole: change });

const OBJECTS: Readonly<Record<string, Readonly<Record<string, AttestationShape>>>> = {
  signature: {
    'by another key': { signer: ecKeys('P-256').privateKey },
    'over SHA-384': { hash: 'sha384' },
  },
  'attestation object: version': Object.fromEntries(
    [2, 0, '1', 1.5, true, null].map((version) => [
      JSON.stringify(version),
      whole((one) => void (one.version = version)),
    ]),
  ),
  'attestation object: further keys': {
    everywhere: whole((one) => {
      one.x = 1;
      one.envelope.y = 2;
      one.verification_material.z = 3;
    }),
    timestamps: whole((one) => void (one.verification_material.timestamps = [])),
  },
  'attestation object: entries': {
    none: whole((one) => void (one.verification_material.transparency_entries = [])),
    'an empty one behind it': whole((one) => void one.verification_material.transparency_entries.push({})),
    'the same one behind it': whole(({ verification_material: { transparency_entries: entries } }) => {
      entries.push(entries[0]);
    }),
  },
  'attestation object: base64': {
    'statement without padding': whole(
      ({ envelope }) => void (envelope.statement = envelope.statement.replace(/=+$/, '')),
    ),
    'signature with a newline': whole(({ envelope }) => void (envelope.signature += '\n')),
    'certificate in lines': whole(({ verification_material: material }) => {
      material.certificate = material.certificate.replaceAll(/(.{76})/g, '$1\n');
    }),
    'certificate of URLs': whole(({ verification_material: material }) => {
      material.certificate = material.certificate.replaceAll('+', '-').replaceAll('/', '_');
    }),
  },
};

export function objectCases(): ForgedCase[] {
  return Object.entries(OBJECTS).flatMap(([kind, shapes]) => casesOf(kind, shapes));
}

/** Two good attestations with one part exchanged, and sets of several. */
export function exchangeCases(sigstore: ForgedSigstore): VerdictCase[] {
  const make = (shape: AttestationShape = {}): AttestationJson => forgeAttestation(sigstore, shape);
  const [one, other, slsa] = [make(), make(), make({ statement: statement({ predicateType: SLSA }) })];
  const from = (change: (attestation: AttestationJson) => void): AttestationJson => {
    const copy = structuredClone(one);
    change(copy);
    return copy;
  };
  const exchanged: Readonly<Record<string, AttestationJson>> = {
    certificate: from((copy) => {
      copy.verification_material.certificate = other.verification_material.certificate;
    }),
    'log entry': from((copy) => {
      copy.verification_material.transparency_entries = other.verification_material.transparency_entries;
    }),
    signature: from((copy) => void (copy.envelope.signature = other.envelope.signature)),
    statement: from((copy) => void (copy.envelope.statement = slsa.envelope.statement)),
    envelope: from((copy) => void (copy.envelope = other.envelope)),
    material: from((copy) => void (copy.verification_material = other.verification_material)),
  };
  const sets: Readonly<Record<string, unknown>> = {
    empty: [],
    'publish and SLSA': [one, slsa],
    'publish twice': [one, other],
    three: [one, slsa, one],
    'an object': one,
    'a bad one behind a good one': [one, exchanged.signature],
  };
  return [
    ...Object.entries(exchanged).map(([name, attestation]) =>
      fieldCase('parts of another', name, [attestation]),
    ),
    ...Object.entries(sets).map(([name, field]) => fieldCase('set', name, field)),
  ];
}

function fieldCase(kind: string, name: string, field: unknown): VerdictCase {
  return {
    kind,
    name,
    field: JSON.stringify(field),
    publisher: GITHUB,
    file: { filename: FILENAME, sha256: DIGEST },
    root: 'forged',
  };
}
