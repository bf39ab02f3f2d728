// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { ProvenLogEntry, SigstoreBundle } from '@colophon/attestation';
import { decodeBase64, decodeHex, decodeUtf8, EncodingError, type AppError } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import { decodePem, PkiError } from '@colophon/pki';
import { findHashedRekordEntry, RekorError } from '@colophon/rekor';
import { VerificationError } from '@colophon/verify';
import type { EvidenceFile } from './evidence.ts';
import { readWhole } from '../files/input-file.ts';
import type { Trust } from '../trust/instance.ts';

/** A signature and a certificate in files of their own, as before there were bundles. Both paths are absolute. */
export interface DetachedFiles {
  readonly signature: string;
  readonly certificate: string;
}

/** Where the log entry that they lack is asked for. */
export interface DetachedLookup {
  readonly trust: Trust;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/**
 * The bundle that a detached signature makes with the entry of a Rekor v1 log that the trusted root knows. Files that
 * cannot be read, or a signature that no log has, are in the result: they prove nothing.
 * @throws RekorError, HttpError when a log gives no answer
 */
export async function readDetached(
  files: DetachedFiles,
  sha256Hex: string,
  lookup: DetachedLookup,
): Promise<EvidenceFile> {
  const name = `${basename(files.signature)} with ${basename(files.certificate)}`;
  const parts = await readParts(files);
  if ('error' in parts) return { name, error: parts.error };
  const { signature, certificate } = parts;
  const content = { kind: 'message' as const, sha256: decodeHex(sha256Hex), signature };
  const entry = await findEntry({ content, certificate }, lookup).catch((error: unknown) => {
    // A log checks a signature before it looks for it.
    if (error instanceof RekorError && error.details['status'] === 400) return error;
    throw error;
  });
  if (entry instanceof RekorError)
    return { name, error: broken(`${name}: the log does not take it for a signature over the file`, entry) };
  if (entry === undefined)
    return { name, error: broken(`${name}: no log of the trusted root has this signature over the file`) };
  const bundle: SigstoreBundle = {
    version: '0.3',
    keyMaterial: { kind: 'certificate', chain: [certificate] },
    transparencyEntries: [entry],
    timestamps: [],
    content: { kind: 'message', signature },
  };
  return { name, evidence: [{ kind: 'bundle', name, bundle }] };
}

type Parts =
  | { readonly signature: Uint8Array; readonly certificate: Uint8Array }
  | { readonly error: AppError };

async function readParts({ signature, certificate }: DetachedFiles): Promise<Parts> {
  const [base64, pem] = [await readWhole(signature), await readWhole(certificate)];
  try {
    const [leaf, ...others] = decodePem(decodeUtf8(pem).trim(), 'CERTIFICATE');
    if (leaf === undefined || others.length > 0)
      return { error: broken(`${basename(certificate)}: holds ${others.length + 1} certificates, not one`) };
    return { signature: decodeBase64(decodeUtf8(base64).trim()), certificate: leaf };
  } catch (cause) {
    if (!(cause instanceof EncodingError || cause instanceof PkiError)) throw cause;
    const file = cause instanceof PkiError ? certificate : signature;
    return { error: broken(`${basename(file)}: ${cause.message}`, cause) };
  }
}

// Rekor v2, whose logs sign by Ed25519, cannot be asked for an entry.
async function findEntry(
  proposal: Parameters<typeof findHashedRekordEntry>[1],
  { trust, http, signal }: DetachedLookup,
): Promise<ProvenLogEntry | undefined> {
  const logs = trust.roots.flatMap(({ transparencyLogs }) => transparencyLogs);
  const urls = new Set(
    logs.flatMap(({ baseUrl, publicKey }) => (publicKey.asymmetricKeyType === 'ec' ? [baseUrl] : [])),
  );
  for (const url of urls) {
    const entry = await findHashedRekordEntry({ url, http, signal }, proposal);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function broken(message: string, cause?: unknown): AppError {
  return new VerificationError('ERR_EVIDENCE', message, { cause });
}
