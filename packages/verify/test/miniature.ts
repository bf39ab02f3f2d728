// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodeBase64 } from '@colophon/base';
import { encodePublishStatement, preAuthEncoding } from '@colophon/attestation';
import { encodePem } from '@colophon/pki';
import {
  authority,
  claim,
  CODE_SIGNING,
  der,
  DIGITAL_SIGNATURE,
  extension,
  KEY_CERT_SIGN,
  oid,
  sequence,
  text,
  uriName,
} from './der.ts';

/*
 * A Sigstore instance in miniature, which signs again every layer above a change: one authority, one certificate
 * transparency log and one Rekor v1 log of a single entry. Only the rule that a change breaks can refuse what it makes.
 */

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const newKeys = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ca: KeyPair = newKeys();
const ctLog = newKeys();
export const rekor: KeyPair = newKeys();
const signer = newKeys();
export const otherSigner: KeyPair = newKeys();

export const spki = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));
export const hash = (...parts: Uint8Array[]): Uint8Array => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
};
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);

export const FILENAME = 'sample-1.0.tar.gz';
export const FILE: Uint8Array = text('the content of a distribution');
export const SIGNED_AT = 1_767_225_660; // one minute into 2026
export const REPOSITORY = 'https://github.com/octo/sample';
export const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0`;
export const ISSUER = 'https://token.actions.githubusercontent.com';

export const LEAF: readonly Uint8Array[] = [
  DIGITAL_SIGNATURE,
  CODE_SIGNING,
  uriName(WORKFLOW),
  claim(8, ISSUER),
  claim(12, REPOSITORY),
  claim(13, 'a'.repeat(40)),
  claim(14, 'refs/tags/v1.0'),
  claim(18, WORKFLOW),
];

/** What may be other than usual. */
export interface Recipe {
  readonly leafExtensions?: readonly Uint8Array[];
  readonly authorityExtensions?: readonly Uint8Array[];
  readonly sctTime?: number;
  readonly payload?: Uint8Array;
  readonly payloadType?: string;
  /** Makes the signature, of the bytes that DSSE signs. */
  readonly sign?: (data: Uint8Array) => Uint8Array;
  /** The PEM that the log writes down for the signer's certificate. */
  readonly verifier?: (certificatePem: string) => string;
  readonly body?: (body: Record<string, unknown>) => string;
  readonly origin?: string;
  readonly noteName?: string;
  readonly checkpointSize?: string;
  /** Changes the checkpoint after it was signed. */
  readonly checkpoint?: (envelope: string) => string;
  readonly proof?: Record<string, unknown>;
  readonly integratedTime?: number;
  readonly rekorWindow?: { start: string; end?: string };
  readonly rekorUrl?: string;
}

const name = (value: string) =>
  value === '' ? sequence() : sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, text(value)))));

export function certify(
  subject: { readonly name: string; readonly key: KeyObject; readonly until: string },
  extensions: readonly Uint8Array[],
): { readonly tbs: Uint8Array; readonly certificate: Uint8Array } {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const tbs = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    algorithm,
    name('miniature'),
    sequence(der(0x17, text('260101000000Z')), der(0x17, text(subject.until))),
    name(subject.name),
    spki(subject.key),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', tbs, ca.privateKey);
  return { tbs, certificate: sequence(tbs, algorithm, der(0x03, Uint8Array.of(0), signature)) };
}

// RFC 6962 §3.2.
function signedTimestamp(tbs: Uint8Array, at: number): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at * 1000));
  const length = Buffer.from([tbs.length >> 16, (tbs.length >> 8) & 0xff, tbs.length & 0xff]);
  const signed = Buffer.concat([
    Buffer.of(0, 0),
    time,
    u16(1),
    hash(spki(ca.publicKey)),
    length,
    tbs,
    u16(0),
  ]);
  const signature = sign('sha256', signed, ctLog.privateKey);
  const head = Buffer.concat([Buffer.of(0), hash(spki(ctLog.publicKey)), time, u16(0), Buffer.of(4, 3)]);
  const sct = Buffer.concat([head, u16(signature.length), signature]);
  return der(0x04, Buffer.concat([u16(sct.length + 2), u16(sct.length), sct]));
}

export function makeLeaf(recipe: Recipe, key: KeyObject = signer.publicKey): Uint8Array {
  const extensions = recipe.leafExtensions ?? LEAF;
  const subject = { name: '', key, until: '260101001000Z' };
  const { tbs } = certify(subject, extensions);
  const sct = signedTimestamp(tbs, recipe.sctTime ?? SIGNED_AT - 1);
  return certify(subject, [...extensions, extension('1.3.6.1.4.1.11129.2.4.2', sct)]).certificate;
}

/** A bundle and the trusted root it belongs to, as JSON text. The signed file is FILE, by the name FILENAME. */
export function makeBundle(recipe: Recipe = {}): { bundle: string; root: string } {
  const leaf = makeLeaf(recipe);
  const sha256Hex = Buffer.from(hash(FILE)).toString('hex');
  const payload = recipe.payload ?? encodePublishStatement({ filename: FILENAME, sha256Hex });
  const payloadType = recipe.payloadType ?? 'application/vnd.in-toto+json';
  const signed = preAuthEncoding(payloadType, payload);
  const signature = recipe.sign?.(signed) ?? sign('sha256', signed, signer.privateKey);
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: encodeBase64(leaf) },
      tlogEntries: [makeEntry(recipe, { leaf, payload, signature })],
    },
    dsseEnvelope: {
      payload: encodeBase64(payload),
      payloadType,
      signatures: [{ sig: encodeBase64(signature) }],
    },
  };
  return { bundle: JSON.stringify(bundle), root: JSON.stringify(makeRoot(recipe)) };
}

interface Signed {
  readonly leaf: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

const digest = (data: Uint8Array) => ({
  algorithm: 'sha256',
  value: Buffer.from(hash(data)).toString('hex'),
});

function makeBody(recipe: Recipe, { leaf, payload, signature }: Signed): Uint8Array {
  const pem = encodePem(leaf, 'CERTIFICATE');
  const verifier = encodeBase64(text(recipe.verifier?.(pem) ?? pem));
  const signatures = [{ signature: encodeBase64(signature), verifier }];
  const spec = { envelopeHash: digest(signature), payloadHash: digest(payload), signatures };
  const body = { apiVersion: '0.0.1', kind: 'dsse', spec };
  return text(recipe.body?.(body) ?? JSON.stringify(body));
}

function makeEntry(recipe: Recipe, signed: Signed): Record<string, unknown> {
  const body = makeBody(recipe, signed);
  const logId = hash(spki(rekor.publicKey));
  const integratedTime = recipe.integratedTime ?? SIGNED_AT;
  const promise = JSON.stringify({
    body: encodeBase64(body),
    integratedTime,
    logID: Buffer.from(logId).toString('hex'),
    logIndex: 7,
  });
  const rootHash = hash(Uint8Array.of(0), body);
  return {
    logIndex: '7',
    logId: { keyId: encodeBase64(logId) },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: encodeBase64(sign('sha256', text(promise), rekor.privateKey)) },
    inclusionProof: {
      logIndex: '0',
      rootHash: encodeBase64(rootHash),
      treeSize: '1',
      hashes: [],
      checkpoint: { envelope: makeCheckpoint(recipe, rootHash) },
      ...recipe.proof,
    },
    canonicalizedBody: encodeBase64(body),
  };
}

/** A signature line of the log over a note. */
export function logLine(noteText: string, noteName = 'rekor.example'): string {
  const keyId = hash(spki(rekor.publicKey)).subarray(0, 4);
  const line = Buffer.concat([keyId, sign('sha256', text(noteText), rekor.privateKey)]).toString('base64');
  return `\u2014 ${noteName} ${line}\n`;
}

function makeCheckpoint(recipe: Recipe, rootHash: Uint8Array): string {
  const origin = recipe.origin ?? 'rekor.example - 42';
  const note = `${origin}\n${recipe.checkpointSize ?? '1'}\n${encodeBase64(rootHash)}\n`;
  const envelope = `${note}\n${logLine(note, recipe.noteName)}`;
  return recipe.checkpoint?.(envelope) ?? envelope;
}

export const log = (
  url: string,
  key: KeyObject,
  window: { start: string; end?: string },
): Record<string, unknown> => ({
  baseUrl: url,
  hashAlgorithm: 'SHA2_256',
  publicKey: {
    rawBytes: encodeBase64(spki(key)),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: window,
  },
  logId: { keyId: encodeBase64(hash(spki(key))) },
});

export function makeRoot(recipe: Recipe): Record<string, unknown> {
  const validFor = { start: '2026-01-01T00:00:00Z' };
  const { certificate } = certify(
    { name: 'miniature', key: ca.publicKey, until: '300101000000Z' },
    recipe.authorityExtensions ?? [authority(), KEY_CERT_SIGN],
  );
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(recipe.rekorUrl ?? 'https://rekor.example', rekor.publicKey, recipe.rekorWindow ?? validFor)],
    ctlogs: [log('https://ct.example', ctLog.publicKey, validFor)],
    certificateAuthorities: [
      {
        uri: 'https://fulcio.example',
        certChain: { certificates: [{ rawBytes: encodeBase64(certificate) }] },
        validFor,
      },
    ],
    timestampAuthorities: [],
  };
}
