// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import fc from 'fast-check';
import type {
  Attestation,
  EnvelopeContent,
  HashAlgorithm,
  MessageContent,
  Publisher,
  SigstoreBundle,
  Statement,
  TransparencyLogEntry,
} from '../src/index.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const digestOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const count = fc.bigInt({ min: 0n, max: (1n << 63n) - 1n });
const text = fc.string({ minLength: 1, maxLength: 20 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const proof = fc
  .record({
    logIndex: fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }),
    rootHash: digestOf(32),
    above: fc.bigInt({ min: 1n, max: 1n << 61n }),
    hashes: fc.array(digestOf(32), { maxLength: 4 }),
    checkpoint: fc.string(),
  })
  .map(({ above, ...rest }) => ({ ...rest, treeSize: rest.logIndex + above }));

/** An entry with proof, checkpoint and promise: legal in every version. */
export const logEntry: fc.Arbitrary<TransparencyLogEntry> = fc.record({
  logIndex: count,
  logId: bytes,
  kindVersion: fc.record({ kind: text, version: text }),
  integratedTime: fc.bigInt({ min: 1n, max: 1n << 40n }),
  inclusionPromise: bytes,
  inclusionProof: proof,
  canonicalizedBody: bytes,
});

const entryWithoutPromise: fc.Arbitrary<TransparencyLogEntry> = logEntry.map((entry) => ({
  ...entry,
  integratedTime: undefined,
  inclusionPromise: undefined,
}));

const digest: fc.Arbitrary<MessageContent['digest']> = fc.oneof(
  ...(
    [
      ['SHA2_256', 32],
      ['SHA2_384', 48],
      ['SHA2_512', 64],
      ['SHA3_256', 32],
      ['SHA3_384', 48],
    ] satisfies [HashAlgorithm, number][]
  ).map(([algorithm, length]) => digestOf(length).map((value) => ({ algorithm, value }))),
);

const message: fc.Arbitrary<MessageContent> = fc.record({
  kind: fc.constant('message' as const),
  digest: optional(digest),
  signature: bytes,
});

const envelope: fc.Arbitrary<EnvelopeContent> = fc.record({
  kind: fc.constant('dsse' as const),
  payloadType: text,
  payload: bytes,
  signature: bytes,
  keyid: fc.string({ maxLength: 10 }),
});

const publicKey = fc.record({ kind: fc.constant('public-key' as const), hint: fc.string() });
const leafOnly = bytes.map((leaf) => ({ kind: 'certificate' as const, chain: [leaf] as const }));
const chain = fc
  .tuple(bytes, fc.array(bytes, { maxLength: 3 }))
  .map(([leaf, rest]) => ({ kind: 'certificate' as const, chain: [leaf, ...rest] as const }));

const common = {
  timestamps: fc.array(bytes, { maxLength: 2 }),
  content: fc.oneof(message, envelope),
};

export const bundle: fc.Arbitrary<SigstoreBundle> = fc.oneof(
  fc.record({
    version: fc.constant('0.3' as const),
    keyMaterial: fc.oneof(leafOnly, publicKey),
    transparencyEntries: fc.array(fc.oneof(logEntry, entryWithoutPromise), { maxLength: 3 }),
    ...common,
  }),
  fc.record({
    version: fc.constantFrom('0.1' as const, '0.2' as const),
    keyMaterial: fc.oneof(chain, publicKey),
    transparencyEntries: fc.array(logEntry, { maxLength: 3 }),
    ...common,
  }),
);

export const attestation: fc.Arbitrary<Attestation> = fc.record({
  certificate: bytes,
  transparencyEntries: fc.array(fc.oneof(logEntry, entryWithoutPromise), { minLength: 1, maxLength: 2 }),
  statement: bytes,
  signature: bytes,
});

const environment = optional(text);

const claims: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>({}, { a: null, claims: { b: [1] } });
const extra = fc.constantFrom<(JsonObject | undefined)[]>(undefined, { claims: { sub: '1' } });

export const publisher: fc.Arbitrary<Publisher> = fc.oneof(
  fc.record({ kind: fc.constant('GitHub' as const), repository: text, workflow: text, environment }),
  fc.record({ kind: fc.constant('GitLab' as const), repository: text, workflowFilepath: text, environment }),
  fc.record({
    kind: fc.constant('Google' as const),
    email: text,
    extra,
  }),
  fc.record({
    kind: fc.constant('CircleCI' as const),
    projectId: text,
    pipelineDefinitionId: text,
    vcsOrigin: environment,
    vcsRef: environment,
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    name: text.map((name) => `Future${name}`),
    claims,
  }),
);

export const statement: fc.Arbitrary<Statement> = fc.record({
  subjects: fc.array(
    fc.record({
      name: text,
      digest: digestOf(32).map((value) => ({ sha256: Buffer.from(value).toString('hex') })),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  predicateType: text,
  predicate: optional(fc.constantFrom(null, {}, { a: [1, 'x', true] }, 'text')),
});
