// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodeBase64 } from '@colophon/base';
import { encodePublishStatement, preAuthEncoding } from '@colophon/attestation';
import { encodePem } from '@colophon/pki';
import { text } from './der.ts';
import {
  FILE,
  FILENAME,
  hash,
  log,
  makeLeaf,
  makeRoot,
  rekor,
  SIGNED_AT,
  spki,
  type KeyPair,
} from './miniature.ts';
import { makeTimestamp, tsaCertificate } from './timestamp.ts';

/*
 * The other forms of a bundle that the miniature instance signs: messages and envelopes, by certificates and by keys of
 * every kind, logged in Rekor v1 (hashedrekord), in Rekor v2, in both or nowhere, with timestamps or without.
 */

export interface Form {
  readonly content: 'message' | 'dsse';
  readonly signer: 'certificate' | 'key';
  readonly keys: KeyPair;
  /** Null for Ed25519, which takes none. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512' | null;
  readonly logs: readonly ('v1' | 'v2')[];
  readonly timestamps?: readonly number[];
  /** Makes the signature in another way than node:crypto's usual one. */
  readonly sign?: (data: Uint8Array) => Uint8Array;
  readonly payload?: Uint8Array;
  readonly hint?: string;
  readonly keyid?: string;
  /** Changes the bundle after it was signed. */
  readonly edit?: (bundle: Record<string, unknown>) => void;
  /** Changes the body of Rekor v2's entry before it is logged. */
  readonly body?: (body: string) => string;
  readonly rekorWindow?: { readonly start: string; readonly end?: string };
}

const rekor2 = generateKeyPairSync('ed25519');
const KEY_DETAILS: Readonly<Record<string, string>> = {
  prime256v1: 'PKIX_ECDSA_P256_SHA_256',
  secp384r1: 'PKIX_ECDSA_P384_SHA_384',
  secp521r1: 'PKIX_ECDSA_P521_SHA_512',
};
const NAMES = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const;
const VALID_FOR = { start: '2026-01-01T00:00:00Z' };

interface Signed {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly verifier: Uint8Array;
}

const digest = (name: string, data: Uint8Array) => createHash(name).update(data).digest();

function noteKeyId(): Uint8Array {
  return hash(text('rekor2.example\n'), Uint8Array.of(1), spki(rekor2.publicKey).subarray(-32));
}

function inclusion(body: string, origin: string, keyId: Uint8Array, key: KeyObject) {
  const rootHash = hash(Uint8Array.of(0), text(body));
  const note = `${origin}\n1\n${encodeBase64(rootHash)}\n`;
  const signature = sign(key.asymmetricKeyType === 'ec' ? 'sha256' : null, text(note), key);
  const line = Buffer.concat([keyId.subarray(0, 4), signature]).toString('base64');
  const envelope = `${note}\n\u2014 ${origin.split(' ')[0]} ${line}\n`;
  return {
    logIndex: '0',
    rootHash: encodeBase64(rootHash),
    treeSize: '1',
    hashes: [],
    checkpoint: { envelope },
  };
}

function entryV1(form: Form, { data, signature, verifier }: Signed) {
  const pem = encodePem(verifier, form.signer === 'key' ? 'PUBLIC KEY' : 'CERTIFICATE');
  const name = form.hash ?? 'sha256';
  const body = JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: name, value: digest(name, data).toString('hex') } },
      signature: {
        content: encodeBase64(signature),
        publicKey: { content: encodeBase64(text(pem)) },
      },
    },
  });
  const logId = hash(spki(rekor.publicKey));
  const promise = `{"body":"${encodeBase64(text(body))}","integratedTime":${SIGNED_AT},"logID":"${Buffer.from(logId).toString('hex')}","logIndex":7}`;
  return {
    logIndex: '7',
    logId: { keyId: encodeBase64(logId) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
    integratedTime: String(SIGNED_AT),
    inclusionPromise: { signedEntryTimestamp: encodeBase64(sign('sha256', text(promise), rekor.privateKey)) },
    inclusionProof: inclusion(body, 'rekor.example - 42', logId, rekor.privateKey),
    canonicalizedBody: encodeBase64(text(body)),
  };
}

function entryV2(form: Form, { data, signature, verifier }: Signed) {
  const { namedCurve = '', modulusLength } = form.keys.publicKey.asymmetricKeyDetails ?? {};
  const name = form.hash ?? 'sha256';
  const keyDetails = KEY_DETAILS[namedCurve] ?? `PKIX_RSA_PKCS1V15_${modulusLength}_SHA256`;
  const rawBytes = encodeBase64(verifier);
  const who = form.signer === 'key' ? { publicKey: { rawBytes } } : { x509Certificate: { rawBytes } };
  const record = {
    data: { algorithm: NAMES[name], digest: digest(name, data).toString('base64') },
    signature: { content: encodeBase64(signature), verifier: { keyDetails, ...who } },
  };
  const canonical = JSON.stringify({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: { hashedRekordV002: record },
  });
  const body = form.body?.(canonical) ?? canonical;
  return {
    logIndex: '0',
    logId: { keyId: encodeBase64(noteKeyId()) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: inclusion(body, 'rekor2.example', noteKeyId(), rekor2.privateKey),
    canonicalizedBody: encodeBase64(text(body)),
  };
}

/** A bundle of the form, as JSON text. The signed file is FILE, by the name FILENAME. */
export function makeForm(form: Form): string {
  const sha256Hex = Buffer.from(hash(FILE)).toString('hex');
  const payload = form.payload ?? encodePublishStatement({ filename: FILENAME, sha256Hex });
  const payloadType = 'application/vnd.in-toto+json';
  const data = form.content === 'dsse' ? preAuthEncoding(payloadType, payload) : FILE;
  const { publicKey, privateKey } = form.keys;
  const signature =
    form.sign?.(data) ??
    new Uint8Array(sign(form.hash === undefined ? 'sha256' : form.hash, data, privateKey));
  const verifier = form.signer === 'key' ? spki(publicKey) : makeLeaf({}, publicKey);
  const signed = { data, signature, verifier };
  const hint = form.hint ?? '';
  const sig = { sig: encodeBase64(signature), keyid: form.keyid ?? '' };
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(form.signer === 'key'
        ? { publicKey: { hint } }
        : { certificate: { rawBytes: encodeBase64(verifier) } }),
      tlogEntries: form.logs.map((version) => (version === 'v1' ? entryV1 : entryV2)(form, signed)),
      timestampVerificationData: {
        rfc3161Timestamps: (form.timestamps ?? []).map((time) => ({
          signedTimestamp: encodeBase64(makeTimestamp(signature, time)),
        })),
      },
    },
    ...(form.content === 'dsse'
      ? { dsseEnvelope: { payload: encodeBase64(payload), payloadType, signatures: [sig] } }
      : { messageSignature: { signature: encodeBase64(signature) } }),
  };
  form.edit?.(bundle);
  return JSON.stringify(bundle);
}

/** The trusted root of all the forms, or, `timestampOnly`, of an instance without logs. */
export function rootOfForms(
  options: { timestampOnly?: boolean; rekorWindow?: Form['rekorWindow'] } = {},
): string {
  const root = makeRoot({}) as {
    tlogs: unknown[];
    certificateAuthorities: { certChain: { certificates: unknown[] } }[];
  };
  const [authority] = root.certificateAuthorities;
  const rekor2Log = {
    ...log('https://rekor2.example', rekor2.publicKey, options.rekorWindow ?? VALID_FOR),
    logId: { keyId: encodeBase64(noteKeyId()) },
  };
  Object.assign(rekor2Log, {
    publicKey: {
      rawBytes: encodeBase64(spki(rekor2.publicKey)),
      keyDetails: 'PKIX_ED25519',
      validFor: options.rekorWindow ?? VALID_FOR,
    },
  });
  const certificates = [
    { rawBytes: encodeBase64(tsaCertificate) },
    ...(authority?.certChain.certificates ?? []),
  ];
  return JSON.stringify({
    ...root,
    tlogs: options.timestampOnly ? [] : [...root.tlogs, rekor2Log],
    ...(options.timestampOnly ? { ctlogs: [] } : {}),
    timestampAuthorities: [{ certChain: { certificates }, validFor: VALID_FOR }],
  });
}
