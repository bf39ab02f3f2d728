// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodeBase64, encodeHex } from '@colophon/base';
import { encodePem } from '@colophon/pki';
import { text } from './der.ts';
import { hash, newKeys, SIGNED_AT, spki, type KeyPair } from './lab-certificates.ts';

export type Json = Record<string, unknown>;
export const rekor1: KeyPair = newKeys();
export const rekor2: KeyPair = generateKeyPairSync('ed25519');

/** The id of the Ed25519 log (C2SP signed-note, not cut short). */
export const rekor2Id = (): Uint8Array =>
  hash(text('rekor2.example\n'), Uint8Array.of(1), spki(rekor2.publicKey).subarray(-32));

/** What may be other than usual in a log entry; promise, tree and checkpoint are signed again. */
export interface EntryRecipe {
  readonly log: 'v1' | 'v2';
  /** Of Rekor v1: the kind of the entry; `dsse` for an envelope and `hashedrekord` for a message by default. */
  readonly kind?: 'dsse' | 'hashedrekord' | 'intoto';
  readonly kindVersion?: { readonly kind: string; readonly version: string };
  /** The signer whom the log writes down: a PEM (v1), DER (v2). */
  readonly verifier?: string | Uint8Array;
  readonly signature?: Uint8Array;
  /** Of what the log keeps the digest. */
  readonly hashed?: Uint8Array;
  /** Changes the body before it is logged: as a document, or as text. */
  readonly spec?: (body: Json) => void;
  readonly body?: (text: string) => string;
  readonly integratedTime?: number;
  /** Null for an entry without a promise; a text to sign instead of the right one. */
  readonly promise?: ((signed: string) => string) | null;
  readonly logIndex?: string;
  readonly logId?: Uint8Array;
  readonly proof?: Json | null;
  readonly origin?: string;
  readonly name?: string;
  readonly size?: string;
  readonly treeRoot?: Uint8Array;
  readonly keyId?: Uint8Array;
  readonly noteKey?: KeyObject;
  /** Changes the note before it is signed, or with its signatures after that. */
  readonly note?: (text: string) => string;
  readonly envelope?: (envelope: string, line: (text: string, name?: string) => string) => string;
  /** Changes the finished entry. */
  readonly entry?: (entry: Json) => void;
}

export interface Signed {
  readonly leaf: Uint8Array;
  readonly message: boolean;
  readonly payload: Uint8Array;
  readonly payloadType: string;
  /** The bytes that the signature is over. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const hexDigest = (data: Uint8Array) => ({ algorithm: 'sha256', value: encodeHex(hash(data)) });
const twice = (data: Uint8Array) => encodeBase64(text(encodeBase64(data)));
const INDEX = 7;

function bodyV1(recipe: EntryRecipe, signed: Signed): Json {
  const kind = recipe.kind ?? (signed.message ? 'hashedrekord' : 'dsse');
  const pem = recipe.verifier ?? encodePem(signed.leaf, 'CERTIFICATE');
  const verifier = encodeBase64(typeof pem === 'string' ? text(pem) : pem);
  const signature = recipe.signature ?? signed.signature;
  const content = encodeBase64(signature);
  if (kind === 'hashedrekord')
    return {
      apiVersion: '0.0.1',
      kind,
      spec: {
        data: { hash: hexDigest(recipe.hashed ?? signed.signed) },
        signature: { content, publicKey: { content: verifier } },
      },
    };
  const payloadHash = hexDigest(recipe.hashed ?? signed.payload);
  if (kind === 'dsse')
    return {
      apiVersion: '0.0.1',
      kind,
      spec: {
        envelopeHash: hexDigest(signature),
        payloadHash,
        signatures: [{ signature: content, verifier }],
      },
    };
  const signatures = [{ publicKey: verifier, sig: twice(signature) }];
  const envelope = { payloadType: signed.payloadType, payload: twice(signed.payload), signatures };
  return {
    apiVersion: '0.0.2',
    kind,
    spec: { content: { envelope, hash: hexDigest(signature), payloadHash } },
  };
}

function bodyV2(recipe: EntryRecipe, signed: Signed): Json {
  const rawBytes = encodeBase64(recipe.verifier instanceof Uint8Array ? recipe.verifier : signed.leaf);
  const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate: { rawBytes } };
  const data = { algorithm: 'SHA2_256', digest: encodeBase64(hash(recipe.hashed ?? signed.signed)) };
  const content = encodeBase64(recipe.signature ?? signed.signature);
  return {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: { hashedRekordV002: { data, signature: { content, verifier } } },
  };
}

function noteSigner(recipe: EntryRecipe) {
  const v1 = recipe.log === 'v1';
  const key = recipe.noteKey ?? (v1 ? rekor1 : rekor2).privateKey;
  const keyId = recipe.keyId ?? logIdOf(recipe.log).subarray(0, 4);
  const usualName = recipe.name ?? (v1 ? 'rekor.example' : 'rekor2.example');
  return (note: string, name = usualName) => {
    const signature = sign(key.asymmetricKeyType === 'ec' ? 'sha256' : null, text(note), key);
    return `\u2014 ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
  };
}

const logIdOf = (log: EntryRecipe['log']) => (log === 'v1' ? hash(spki(rekor1.publicKey)) : rekor2Id());

// A tree of two leaves, of which the entry is the second.
function proofOf(recipe: EntryRecipe, body: Uint8Array): Json {
  const sibling = hash(text('the leaf beside it'));
  const rootHash = recipe.treeRoot ?? hash(Uint8Array.of(1), sibling, hash(Uint8Array.of(0), body));
  const origin = recipe.origin ?? (recipe.log === 'v1' ? 'rekor.example - 42' : 'rekor2.example');
  const plain = `${origin}\n${recipe.size ?? '2'}\n${encodeBase64(rootHash)}\n`;
  const note = recipe.note?.(plain) ?? plain;
  const line = noteSigner(recipe);
  const envelope = `${note}\n${line(note)}`;
  return {
    logIndex: '1',
    rootHash: encodeBase64(rootHash),
    treeSize: '2',
    hashes: [encodeBase64(sibling)],
    checkpoint: { envelope: recipe.envelope?.(envelope, line) ?? envelope },
    ...recipe.proof,
  };
}

function promiseOf(recipe: EntryRecipe, body: Uint8Array): Json {
  if (recipe.promise === null || (recipe.log === 'v2' && recipe.promise === undefined)) return {};
  const integratedTime = recipe.integratedTime ?? SIGNED_AT;
  const logID = encodeHex(logIdOf(recipe.log));
  const logIndex = Number(recipe.logIndex ?? (recipe.log === 'v1' ? INDEX : 1));
  const usual = JSON.stringify({ body: encodeBase64(body), integratedTime, logID, logIndex });
  const v1 = recipe.log === 'v1';
  const signature = sign(
    v1 ? 'sha256' : null,
    text(recipe.promise?.(usual) ?? usual),
    (v1 ? rekor1 : rekor2).privateKey,
  );
  return {
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: encodeBase64(signature) },
  };
}

/** A log entry, as a bundle holds it. */
export function makeEntry(recipe: EntryRecipe, signed: Signed): Json {
  const document = (recipe.log === 'v1' ? bodyV1 : bodyV2)(recipe, signed);
  recipe.spec?.(document);
  const plain = JSON.stringify(document);
  const body = text(recipe.body?.(plain) ?? plain);
  const { kind, apiVersion: version } = document;
  const entry: Json = {
    logIndex: recipe.logIndex ?? (recipe.log === 'v1' ? String(INDEX) : '1'),
    logId: { keyId: encodeBase64(recipe.logId ?? logIdOf(recipe.log)) },
    kindVersion: recipe.kindVersion ?? { kind, version },
    ...promiseOf(recipe, body),
    ...(recipe.proof === null ? {} : { inclusionProof: proofOf(recipe, body) }),
    canonicalizedBody: encodeBase64(body),
  };
  recipe.entry?.(entry);
  return entry;
}
