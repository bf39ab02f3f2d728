// SPDX-License-Identifier: Apache-2.0
import { sign, type KeyObject } from 'node:crypto';
import { encodeBase64, isAppError, sha256 } from '@colophon/base';
import { encodePublishStatement, parseBundle, preAuthEncoding } from '@colophon/attestation';
import { parseTrustedRoot } from '@colophon/trust';
import { verifyEvidence, type Artifact, type Policies } from '../src/index.ts';
import { text } from './der.ts';
import {
  ctLog,
  hash,
  makeCaRoot,
  makeLeaf,
  makeMiddle,
  makeTsa,
  makeTsaRoot,
  signer,
  spki,
  type CertificateRecipe,
  type LeafRecipe,
} from './lab-certificates.ts';
import { makeEntry, rekor1, rekor2, rekor2Id, type EntryRecipe, type Json } from './lab-entries.ts';
import { makeTimestamp, type TimestampRecipe } from './lab-timestamps.ts';

/*
 * The laboratory: a whole instance that signs again every layer above a change, so that what refuses a bundle is the one rule
 * about what was changed, and never a signature that no longer holds.
 */

export const FILENAME = 'sample-1.0.tar.gz';
export const FILE: Uint8Array = text('the content of a distribution');
const SHA256_HEX = Buffer.from(hash(FILE)).toString('hex');

/** What may be other than usual: a DSSE publish attestation in Rekor v1 and v2, with a timestamp. */
export interface Recipe {
  readonly leaf?: LeafRecipe;
  readonly middle?: CertificateRecipe;
  readonly caRoot?: CertificateRecipe;
  readonly tsa?: CertificateRecipe;
  readonly tsaRoot?: CertificateRecipe;
  readonly content?: 'dsse' | 'message';
  readonly payload?: Uint8Array;
  readonly payloadType?: string;
  /** Makes the signature over what is signed. */
  readonly sign?: (data: Uint8Array) => Uint8Array;
  readonly keyid?: string;
  readonly entries?: readonly EntryRecipe[];
  readonly timestamps?: readonly TimestampRecipe[];
  /** Bundle v0.1 or v0.2, with these certificates behind the leaf. */
  readonly version?: '0.1' | '0.2';
  readonly others?: readonly Uint8Array[];
  /** Changes the finished documents. */
  readonly bundle?: (bundle: Json) => void;
  readonly root?: (root: Json) => void;
}

export interface Made {
  readonly bundle: string;
  readonly root: string;
}

function contentOf(recipe: Recipe) {
  const payloadType = recipe.payloadType ?? 'application/vnd.in-toto+json';
  const payload = recipe.payload ?? encodePublishStatement({ filename: FILENAME, sha256Hex: SHA256_HEX });
  const signed = recipe.content === 'message' ? FILE : preAuthEncoding(payloadType, payload);
  const signature = recipe.sign?.(signed) ?? new Uint8Array(sign('sha256', signed, signer.privateKey));
  const document =
    recipe.content === 'message'
      ? { messageSignature: { signature: encodeBase64(signature) } }
      : {
          dsseEnvelope: {
            payload: encodeBase64(payload),
            payloadType,
            signatures: [{ sig: encodeBase64(signature), keyid: recipe.keyid ?? '' }],
          },
        };
  return { payload, payloadType, signed, signature, document };
}

/** The bundle of a recipe, and the trusted root of the instance that made it. */
export function make(recipe: Recipe = {}): Made {
  const { document, ...content } = contentOf(recipe);
  const leaf = makeLeaf(recipe.leaf);
  const tsaDer = makeTsa(recipe.tsa);
  const rawBytes = encodeBase64(leaf);
  const chain = [leaf, ...(recipe.others ?? [])].map((one) => ({ rawBytes: encodeBase64(one) }));
  const entries = recipe.entries ?? [{ log: 'v1' }, { log: 'v2' }];
  const message = recipe.content === 'message';
  const bundle: Json = {
    mediaType:
      recipe.version === undefined
        ? 'application/vnd.dev.sigstore.bundle.v0.3+json'
        : `application/vnd.dev.sigstore.bundle+json;version=${recipe.version}`,
    verificationMaterial: {
      ...(recipe.version === undefined
        ? { certificate: { rawBytes } }
        : { x509CertificateChain: { certificates: chain } }),
      tlogEntries: entries.map((entry) => makeEntry(entry, { ...content, leaf, message })),
      timestampVerificationData: {
        rfc3161Timestamps: (recipe.timestamps ?? [{}]).map((one) => ({
          signedTimestamp: encodeBase64(makeTimestamp(content.signature, tsaDer, one)),
        })),
      },
    },
    ...document,
  };
  recipe.bundle?.(bundle);
  return { bundle: JSON.stringify(bundle), root: makeRoot(recipe, tsaDer) };
}

export const VALID_FOR = { start: '2025-01-01T00:00:00Z' };

const logOf = (baseUrl: string, key: KeyObject, keyDetails: string, logId: Uint8Array) => ({
  baseUrl,
  hashAlgorithm: 'SHA2_256',
  publicKey: { rawBytes: encodeBase64(spki(key)), keyDetails, validFor: VALID_FOR },
  logId: { keyId: encodeBase64(logId) },
});
const P256 = 'PKIX_ECDSA_P256_SHA_256';
const authorityOf = (...chain: Uint8Array[]) => ({
  certChain: { certificates: chain.map((one) => ({ rawBytes: encodeBase64(one) })) },
  validFor: VALID_FOR,
});

function makeRoot(recipe: Recipe, tsaDer: Uint8Array): string {
  const root: Json = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      logOf('https://rekor.example', rekor1.publicKey, P256, hash(spki(rekor1.publicKey))),
      logOf('https://rekor2.example', rekor2.publicKey, 'PKIX_ED25519', rekor2Id()),
    ],
    ctlogs: [logOf('https://ct.example', ctLog.publicKey, P256, hash(spki(ctLog.publicKey)))],
    certificateAuthorities: [authorityOf(makeMiddle(recipe.middle), makeCaRoot(recipe.caRoot))],
    timestampAuthorities: [authorityOf(tsaDer, makeTsaRoot(recipe.tsaRoot))],
  };
  recipe.root?.(root);
  return JSON.stringify(root);
}

export const OCTO: Policies = {
  anyOf: [{ kind: 'GitHub', repository: 'octo/sample', workflow: 'release.yml' }],
};
export const ARTIFACT: Artifact = { filename: FILENAME, sha256: sha256(FILE), bytes: FILE };

export interface Setting {
  readonly artifact?: Artifact;
  readonly policies?: Policies;
}

/** What the verifier says: `accepted`, or the code and the reason, with what caused it. */
export function judgeMade({ bundle, root }: Made, { artifact = ARTIFACT, policies = OCTO }: Setting = {}) {
  try {
    const evidence = { kind: 'bundle', name: 'lab', bundle: parseBundle(bundle) } as const;
    verifyEvidence(evidence, artifact, [parseTrustedRoot(root)], policies);
    return { code: 'accepted', message: '' };
  } catch (error) {
    return { code: isAppError(error) ? error.code : 'raw', message: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}, for ${reasonOf(error.cause)}`;
}
