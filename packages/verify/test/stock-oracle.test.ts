// SPDX-License-Identifier: Apache-2.0
import { sign } from 'node:crypto';
import { encodeBase64, encodeHex, isAppError, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { encodePem } from '@colophon/pki';
import { parseTrustedRoot } from '@colophon/trust';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policies } from '../src/index.ts';
import { authority, claim, DIGITAL_SIGNATURE, extension, purposes, rawClaim, text, uriName } from './der.ts';
import {
  FILE,
  FILENAME,
  LEAF,
  logLine,
  makeBundle,
  otherSigner,
  SIGNED_AT,
  WORKFLOW,
  type Recipe,
} from './miniature.ts';

const POLICIES: Policies = {
  anyOf: [{ kind: 'GitHub', repository: 'octo/sample', workflow: 'release.yml' }],
};

function stockOutcome({ bundle, root }: { bundle: string; root: string }): string {
  try {
    const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root)));
    new Verifier(material).verify(toSignedEntity(bundleFromJSON(JSON.parse(bundle)), Buffer.from(FILE)), {
      subjectAlternativeName: 'octo/sample',
    });
    return 'accepted';
  } catch (error) {
    return (error as Error).name;
  }
}

function ourOutcome({ bundle, root }: { bundle: string; root: string }, filename = FILENAME): string {
  try {
    const evidence = { kind: 'bundle', name: 'bundle', bundle: parseBundle(bundle) } as const;
    verifyEvidence(evidence, { filename, sha256: sha256(FILE) }, [parseTrustedRoot(root)], POLICIES);
    return 'accepted';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

const edit = (change: (bundle: string) => string, recipe: Recipe = {}) => {
  const made = makeBundle(recipe);
  return { ...made, bundle: change(made.bundle) };
};
const editRoot = (change: (root: string) => string) => {
  const made = makeBundle();
  return { ...made, root: change(made.root) };
};
const hex = encodeHex(sha256(FILE));
const statement = (subject: unknown, type = 'https://in-toto.io/Statement/v1') =>
  text(
    JSON.stringify({
      _type: type,
      subject,
      predicateType: 'https://docs.pypi.org/attestations/publish/v1',
      predicate: null,
    }),
  );
const subject = { name: FILENAME, digest: { sha256: hex } };
const without = (index: number) => LEAF.toSpliced(index, 1);
const FORK = 'https://github.com/mallory/octo/sample';
const critical = extension('1.2.3.4', Uint8Array.of(5, 0), true);
const otherKeyPem = () =>
  encodePem(otherSigner.publicKey.export({ type: 'spki', format: 'der' }), 'PUBLIC KEY');

/** What @sigstore/verify 4.1.3 accepts and we refuse, each with the reason for it. */
const stricter: [what: string, code: string, why: string, made: () => { bundle: string; root: string }][] = [
  [
    'a leaf without a purpose',
    'ERR_CERTIFICATE_USAGE',
    'any certificate of the authority would sign code',
    () => makeBundle({ leafExtensions: without(1) }),
  ],
  [
    'a leaf for TLS servers',
    'ERR_CERTIFICATE_USAGE',
    'as above',
    () => makeBundle({ leafExtensions: LEAF.with(1, purposes('1.3.6.1.5.5.7.3.1')) }),
  ],
  [
    'a leaf without key usage',
    'ERR_CERTIFICATE_USAGE',
    "Fulcio's profile demands it",
    () => makeBundle({ leafExtensions: without(0) }),
  ],
  [
    'a leaf that is an authority',
    'ERR_CERTIFICATE_USAGE',
    'an intermediate must not pass for a signer',
    () => makeBundle({ leafExtensions: [...LEAF, authority()] }),
  ],
  [
    'an unknown critical extension of the leaf',
    'ERR_CERTIFICATE_USAGE',
    'RFC 5280 §4.2',
    () => makeBundle({ leafExtensions: [...LEAF, critical] }),
  ],
  [
    'an unknown critical extension of an authority',
    'ERR_CERTIFICATE_CHAIN',
    'RFC 5280 §4.2',
    () =>
      makeBundle({
        authorityExtensions: [authority(), extension('2.5.29.15', Uint8Array.of(3, 2, 2, 4), true), critical],
      }),
  ],
  [
    'a name that stands twice',
    'ERR_CERTIFICATE',
    'which one counts differs between readers',
    () => makeBundle({ leafExtensions: [...LEAF, uriName(WORKFLOW)] }),
  ],
  [
    'two issuers that differ',
    'ERR_CERTIFICATE_CLAIM',
    'as above',
    () => makeBundle({ leafExtensions: [...LEAF, rawClaim(1, 'https://other.example')] }),
  ],
  [
    'an SCT later than the certificate',
    'ERR_SCT',
    'no log can have promised it then',
    () => makeBundle({ sctTime: SIGNED_AT + 86_400 }),
  ],
  [
    'an entry with another key',
    'ERR_LOG_ENTRY_MISMATCH',
    'a monitor of the log would not see the signer',
    () => makeBundle({ verifier: otherKeyPem }),
  ],
  ['an entry with no key', 'ERR_LOG_ENTRY', 'as above', () => makeBundle({ verifier: () => 'junk' })],
  [
    'an entry body with an unknown field',
    'ERR_LOG_ENTRY',
    'what is not understood is not judged',
    () => makeBundle({ body: (body) => JSON.stringify({ ...body, more: 1 }) }),
  ],
  [
    'an entry body with a key twice',
    'ERR_LOG_ENTRY',
    'which one counts differs between readers',
    () => makeBundle({ body: (body) => `{"spec":{},${JSON.stringify(body).slice(1)}` }),
  ],
  [
    'a root hash beside the proof that is not its',
    'ERR_LOG_INCLUSION',
    'who shows it would show another tree',
    () => makeBundle({ proof: { rootHash: encodeBase64(new Uint8Array(32)) } }),
  ],
  [
    'a tree size beside the proof that is not its',
    'ERR_LOG_INCLUSION',
    'as above',
    () => makeBundle({ proof: { treeSize: '2' } }),
  ],
  [
    'an origin of another log',
    'ERR_LOG_CHECKPOINT',
    'the tree is that of the origin',
    () => makeBundle({ origin: 'other.example - 42' }),
  ],
  [
    'a part of the name of the log',
    'ERR_LOG_CHECKPOINT',
    'names are compared whole',
    () => makeBundle({ noteName: 'rekor', origin: 'rekor' }),
  ],
  [
    'a size of the checkpoint that is not decimal',
    'ERR_LOG_CHECKPOINT',
    'one tree has one checkpoint',
    () => makeBundle({ checkpointSize: '0x1' }),
  ],
  [
    'text after the signatures of the checkpoint',
    'ERR_LOG_CHECKPOINT',
    'C2SP signed-note',
    () => makeBundle({ checkpoint: (note) => `${note}more\n` }),
  ],
  [
    'a bad signature of the log beside a good one',
    'ERR_LOG_CHECKPOINT',
    'C2SP signed-note',
    () => makeBundle({ checkpoint: (note) => note + logLine('another note\n') }),
  ],
  [
    'a statement of another type',
    'ERR_STATEMENT',
    'only in-toto Statement v1 is understood',
    () => makeBundle({ payload: statement([subject], 'https://in-toto.io/Statement/v2') }),
  ],
  [
    'a payload that is no statement',
    'ERR_STATEMENT',
    'as above',
    () => makeBundle({ payload: text('hello') }),
  ],
  [
    'another payload type',
    'ERR_STATEMENT',
    'DSSE signs the type for a reason',
    () => makeBundle({ payloadType: 'text/plain' }),
  ],
  ['two subjects', 'ERR_STATEMENT', 'PEP 740', () => makeBundle({ payload: statement([subject, subject]) })],
  [
    'a subject of another name',
    'ERR_SUBJECT_NAME',
    'PEP 740',
    () => makeBundle({ payload: statement([{ ...subject, name: 'sample-2.0.tar.gz' }]) }),
  ],
  [
    'a subject of another digest',
    'ERR_SUBJECT_DIGEST',
    'it is about another file',
    () => makeBundle({ payload: statement([{ ...subject, digest: { sha256: 'ab'.repeat(32) } }]) }),
  ],
  [
    'a subject twice in one object',
    'ERR_STATEMENT',
    'which one counts differs between readers',
    () =>
      makeBundle({
        payload: text(
          Buffer.from(statement([subject]))
            .toString()
            .replace('{', '{"subject":[],'),
        ),
      }),
  ],
  [
    'an identity that is matched as a pattern',
    'ERR_IDENTITY',
    'names are compared whole',
    () => makeBundle({ leafExtensions: LEAF.with(2, uriName(FORK)).with(4, claim(12, FORK)) }),
  ],
  [
    'a media type of tomorrow',
    'ERR_BUNDLE',
    'its rules are not known',
    () => edit((bundle) => bundle.replace('v0.3', 'v0.9')),
  ],
  [
    'an unknown field',
    'ERR_BUNDLE',
    'what is not understood is not judged',
    () => edit((bundle) => bundle.replace('{', '{"more":1,')),
  ],
  [
    'base64 with junk',
    'ERR_BUNDLE',
    'one value has one spelling',
    () => edit((bundle) => bundle.replace('"sig":"', '"sig":"!!')),
  ],
  [
    'an index with a space',
    'ERR_BUNDLE',
    'as above',
    () => edit((bundle) => bundle.replace('"logIndex":"7"', '"logIndex":" 7"')),
  ],
  [
    'a trusted root of another media type',
    'ERR_TRUSTED_ROOT',
    'its rules are not known',
    () => editRoot((root) => root.replace('version=0.1', 'version=9.9')),
  ],
  [
    'a log without a start of validity',
    'ERR_TRUSTED_ROOT',
    'no start is not "always"',
    () => editRoot((root) => root.replace('"validFor":{"start":"2026-01-01T00:00:00Z"}', '"validFor":{}')),
  ],
];

/** What both refuse: the miniature breaks rules that stock has too, so that its other verdicts mean something. */
const alike: [what: string, code: string, made: () => { bundle: string; root: string }][] = [
  [
    'a time after the certificate',
    'ERR_CERTIFICATE_VALIDITY',
    () => makeBundle({ integratedTime: SIGNED_AT + 86_400 }),
  ],
  [
    'a log whose window has ended',
    'ERR_LOG_VALIDITY',
    () => makeBundle({ rekorWindow: { start: '2025-01-01T00:00:00Z', end: '2025-12-31T00:00:00Z' } }),
  ],
  [
    'a checkpoint signed by nobody',
    'ERR_LOG_CHECKPOINT',
    () => makeBundle({ checkpoint: (note) => note.slice(0, -9) }),
  ],
  ['a log of another name', 'ERR_LOG_CHECKPOINT', () => makeBundle({ rekorUrl: 'https://other.example' })],
  [
    'an authority that is none',
    'ERR_CERTIFICATE_CHAIN',
    () => makeBundle({ authorityExtensions: [extension('2.5.29.15', Uint8Array.of(3, 2, 2, 4), true)] }),
  ],
  [
    'a signature by another key, logged as it is',
    'ERR_SIGNATURE',
    () => makeBundle({ sign: (data) => sign('sha256', data, otherSigner.privateKey) }),
  ],
  [
    'a signature of another payload',
    'ERR_LOG_ENTRY_MISMATCH',
    () => edit((bundle) => bundle.replace(/"payload":"[^"]*"/, `"payload":"${encodeBase64(statement([]))}"`)),
  ],
  [
    'an authority that may not sign certificates',
    'ERR_CERTIFICATE_CHAIN',
    () => makeBundle({ authorityExtensions: [authority(), DIGITAL_SIGNATURE] }),
  ],
];

describe('beside @sigstore/verify as an oracle', () => {
  it('both accept what is right', () => {
    expect([stockOutcome(makeBundle()), ourOutcome(makeBundle())]).toEqual(['accepted', 'accepted']);
  });

  it.each(stricter)('stock accepts and we refuse %s: %s, since %s', (_what, code, _why, make) => {
    const made = make();
    expect(stockOutcome(made)).toBe('accepted');
    expect(ourOutcome(made)).toBe(code);
  });

  it('stock accepts and we refuse another file: ERR_SUBJECT_NAME, since stock does not read statements', () => {
    expect(ourOutcome(makeBundle(), 'other-1.0.tar.gz')).toBe('ERR_SUBJECT_NAME');
  });

  it.each(alike)('both refuse %s: %s', (_what, code, make) => {
    const made = make();
    expect(stockOutcome(made)).not.toBe('accepted');
    expect(ourOutcome(made)).toBe(code);
  });
});
