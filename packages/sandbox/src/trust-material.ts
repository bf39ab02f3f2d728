// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeBase64, encodeUtf8, type JsonObject } from '@colophon/base';
import { TRUST_START } from './issuing-authority.ts';
import { spkiOf } from './spki.ts';

/** A log as the trusted root names it. */
export interface LogIdentity {
  readonly url: string;
  readonly publicKey: KeyObject;
  readonly logId: Uint8Array;
}

/** An authority as the trusted root names it. */
export interface AuthorityIdentity {
  readonly url: string;
  /** DER, what is nearest to the leaf first, root last. */
  readonly chain: readonly Uint8Array[];
}

export interface TrustSources {
  /** The issuer at which people log in. */
  readonly oidcUrl: string;
  readonly fulcio: AuthorityIdentity;
  readonly ctLog: LogIdentity;
  readonly rekor: LogIdentity;
  readonly rekorV2: LogIdentity;
  /** Its URL is the whole one that queries are sent to. */
  readonly tsa: AuthorityIdentity;
}

/** A Sigstore instance as its clients are told of it: JSON forms of sigstore's trustroot.proto. */
export interface TrustMaterial {
  /** TrustedRoot, of the media type that the public instances serve. */
  readonly trustedRoot: JsonObject;
  /** SigningConfig v0.2. */
  readonly signingConfig: JsonObject;
  /** ClientTrustConfig v0.1: both together. */
  readonly clientTrustConfig: JsonObject;
}

const OPERATOR = 'sandbox.local';
const VALID_FOR = { start: TRUST_START.toISOString() };

/** Describes the services to their clients. */
export function trustMaterial(sources: TrustSources): TrustMaterial {
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [transparencyLog(sources.rekor), transparencyLog(sources.rekorV2)],
    certificateAuthorities: [authority(sources.fulcio, 'sandbox-root')],
    ctlogs: [transparencyLog(sources.ctLog)],
    timestampAuthorities: [authority(sources.tsa, 'sandbox-tsa-root')],
  };
  const signingConfig = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(sources.fulcio.url)],
    oidcUrls: [service(sources.oidcUrl)],
    // Some clients take the first of those that are equally new: the version that PyPI knows.
    rekorTlogUrls: [service(sources.rekor.url), service(sources.rekorV2.url, 2)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(sources.tsa.url)],
    tsaConfig: { selector: 'ANY' },
  };
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  return { trustedRoot, signingConfig, clientTrustConfig: { mediaType, trustedRoot, signingConfig } };
}

function authority({ url, chain }: AuthorityIdentity, commonName: string): JsonObject {
  return {
    subject: { organization: OPERATOR, commonName },
    uri: url,
    certChain: { certificates: chain.map((der) => ({ rawBytes: encodeBase64(der) })) },
    validFor: VALID_FOR,
  };
}

function transparencyLog({ url, publicKey, logId }: LogIdentity): JsonObject {
  const isEd25519 = publicKey.asymmetricKeyType === 'ed25519';
  return {
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: encodeBase64(spkiOf(publicKey)),
      keyDetails: isEd25519 ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
      validFor: VALID_FOR,
    },
    logId: { keyId: encodeBase64(logId) },
  };
}

function service(url: string, majorApiVersion = 1): JsonObject {
  return { url, majorApiVersion, validFor: VALID_FOR, operator: OPERATOR };
}

/** One line and its end: some clients read the file line by line and drop a line that has none. */
export function trustFile(document: JsonObject): Uint8Array {
  return encodeUtf8(`${JSON.stringify(document)}\n`);
}

/** The paths of the files that a client may be given. */
export interface TrustFiles {
  readonly trustedRoot: string;
  readonly signingConfig: string;
  /** ClientTrustConfig. */
  readonly trustConfig: string;
  /** The root of the TUF repository, to trust it from. */
  readonly tufRoot: string;
}

/** Writes the trust material into a folder, which is made if it is not there. */
export async function writeTrustMaterial(
  folder: string,
  material: TrustMaterial,
  tufRoot: Uint8Array,
): Promise<TrustFiles> {
  const files = {
    trustedRoot: join(folder, 'trusted_root.json'),
    signingConfig: join(folder, 'signing_config.json'),
    trustConfig: join(folder, 'trust_config.json'),
    tufRoot: join(folder, 'root.json'),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(files.trustedRoot, trustFile(material.trustedRoot));
  await writeFile(files.signingConfig, trustFile(material.signingConfig));
  await writeFile(files.trustConfig, trustFile(material.clientTrustConfig));
  await writeFile(files.tufRoot, tufRoot);
  return files;
}
