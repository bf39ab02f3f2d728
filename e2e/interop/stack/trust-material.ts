// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';

/** All trust begins here; no certificate or key of a stack is older. */
const VALID_FROM = '2026-01-01T00:00:00Z';

export interface TrustInput {
  readonly fulcio: { readonly url: string; readonly chain: string };
  readonly ctLog: { readonly url: string; readonly key: string };
  readonly rekor1: { readonly url: string; readonly key: string };
  /** `origin` is the first line of the log's checkpoints; it goes into the log's id. */
  readonly rekor2: { readonly url: string; readonly key: string; readonly origin: string };
  /** `url` is the whole URL that a time-stamp query is sent to. */
  readonly tsa: { readonly url: string; readonly chain: string };
}

/** Builds a trusted root (v0.1) from URLs and PEM texts. */
export function trustedRoot(input: TrustInput): object {
  const { fulcio, ctLog, rekor1, rekor2, tsa } = input;
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(rekor1, digest(spki(rekor1.key))), log(rekor2, checkpointKeyId(rekor2.key, rekor2.origin))],
    certificateAuthorities: [authority(fulcio, 'sigstore-local')],
    ctlogs: [log(ctLog, digest(spki(ctLog.key)))],
    timestampAuthorities: [authority(tsa, 'tsa-root')],
  };
}

export interface ServiceUrls {
  readonly fulcio: string;
  readonly oidc: string;
  readonly logs: readonly { readonly url: string; readonly version: 1 | 2 }[];
  readonly tsa: string;
}

/** Builds a signing configuration (v0.2). */
export function signingConfig(urls: ServiceUrls): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(urls.fulcio, 1)],
    oidcUrls: [service(urls.oidc, 1)],
    rekorTlogUrls: urls.logs.map(({ url, version }) => service(url, version)),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(urls.tsa, 1)],
    tsaConfig: { selector: 'ANY' },
  };
}

export function clientTrustConfig(root: object, config: object): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: root,
    signingConfig: config,
  };
}

/** RFC 6962 logs and Rekor v1 are known by the hash of their key; an Ed25519 tile log by its C2SP note key id, whole. */
function checkpointKeyId(pem: string, origin: string): Buffer {
  const isEd25519 = createPublicKey(pem).asymmetricKeyType === 'ed25519';
  const ed25519Note = Buffer.from([0x0a, 0x01]);
  return isEd25519 ? digest(Buffer.from(origin), ed25519Note, spki(pem).subarray(-32)) : digest(spki(pem));
}

function log(source: { url: string; key: string }, logId: Buffer): object {
  const isEd25519 = createPublicKey(source.key).asymmetricKeyType === 'ed25519';
  return {
    baseUrl: source.url,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki(source.key).toString('base64'),
      keyDetails: isEd25519 ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: VALID_FROM },
    },
    logId: { keyId: logId.toString('base64') },
  };
}

function authority(source: { url: string; chain: string }, commonName: string): object {
  const pems = source.chain.match(/-----BEGIN CERT[^]+?-----END CERTIFICATE-----/g) ?? [];
  return {
    subject: { organization: 'sigstore.local', commonName },
    uri: source.url,
    certChain: {
      certificates: pems.map((pem) => ({ rawBytes: new X509Certificate(pem).raw.toString('base64') })),
    },
    validFor: { start: VALID_FROM },
  };
}

function service(url: string, majorApiVersion: number): object {
  return { url, majorApiVersion, validFor: { start: VALID_FROM }, operator: 'local' };
}

function spki(pem: string): Buffer {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' });
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
