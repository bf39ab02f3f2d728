// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import {
  decodeUtf8,
  equalBytes,
  parseJson,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  readText,
  shapeMismatch,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import type { CertificateAuthority, LogKey } from '@colophon/pki';
import { field } from './field.ts';
import { isCheckpointKeyId, possibleLogIds, possibleOrigins } from './log-id.ts';
import { importLogKey } from './log-public-key.ts';
import { reading, TrustError } from './trust-error.ts';
import { readValidity } from './validity.ts';

/** Whole media types. Both live instances of Sigstore still serve the first. */
const MEDIA_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/** A transparency or certificate transparency log of a trusted root. */
export interface TrustedLog extends LogKey {
  /** The key id on the log's checkpoints: four bytes, or the whole hash. Absent: the log id is meant. */
  readonly checkpointKeyId?: Uint8Array;
  readonly operator?: string;
}

/** A certificate or timestamp authority of a trusted root. */
export interface TrustedAuthority extends CertificateAuthority {
  readonly operator?: string;
}

/**
 * Whom to trust (trustroot.proto, TrustedRoot). Every list may be empty: then nothing that needs such an
 * authority or log can be verified.
 */
export interface TrustedRoot {
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly ctLogs: readonly TrustedLog[];
  readonly transparencyLogs: readonly TrustedLog[];
  /** The chain of each begins with the certificate that signs timestamps. */
  readonly timestampAuthorities: readonly TrustedAuthority[];
  /** The document without nulls and without checkpoint key ids, which @sigstore/verify would take for the log's id. */
  readonly json: JsonObject;
}

/**
 * Reads a trusted root, v0.1 or v0.2, strictly: unknown fields and media types are refused, each key and each
 * authority must say since when it is valid, and each log id must be the one that the log's key gives.
 * @throws TrustError ERR_TRUSTED_ROOT
 */
export function parseTrustedRoot(source: string | Uint8Array): TrustedRoot {
  return reading('ERR_TRUSTED_ROOT', 'trusted root', () => readTrustedRoot(parseJson(source), '$'));
}

/**
 * Reads a file of trusted roots: one document, or with `jsonl` one on each line that is not blank.
 * @throws TrustError ERR_TRUSTED_ROOT, also for a file without any
 */
export function parseTrustedRoots(
  source: string | Uint8Array,
  { jsonl }: { readonly jsonl: boolean },
): TrustedRoot[] {
  if (!jsonl) return [parseTrustedRoot(source)];
  const text = reading('ERR_TRUSTED_ROOT', 'list of trusted roots', () =>
    typeof source === 'string' ? source : decodeUtf8(source),
  );
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new TrustError('ERR_TRUSTED_ROOT', 'the file holds no trusted root');
  return lines.map((line) => parseTrustedRoot(line));
}

export function readTrustedRoot(value: JsonValue | undefined, at: string): TrustedRoot {
  const root = readObject(value, at, {
    required: ['mediaType'],
    optional: ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'],
  });
  if (!MEDIA_TYPES.has(readString(root.mediaType, `${at}.mediaType`)))
    throw shapeMismatch(`${at}.mediaType`, 'the media type of a trusted root v0.1 or v0.2');
  const authorities = (key: string) => readOptional(root[key], `${at}.${key}`, readAuthorities) ?? [];
  return {
    certificateAuthorities: authorities('certificateAuthorities'),
    ctLogs: readOptional(root.ctlogs, `${at}.ctlogs`, readCtLogs) ?? [],
    transparencyLogs: readOptional(root.tlogs, `${at}.tlogs`, readTransparencyLogs) ?? [],
    timestampAuthorities: authorities('timestampAuthorities'),
    json: forOthers(root),
  };
}

function readTransparencyLogs(value: JsonValue, at: string): TrustedLog[] {
  return readList(value, at, (item, place) => readLog(item, place, possibleOrigins));
}

// A certificate transparency log's id is always the hash of its key (RFC 6962 §3.2), whatever its origin.
function readCtLogs(value: JsonValue, at: string): TrustedLog[] {
  return readList(value, at, (item, place) => readLog(item, place, () => []));
}

function readLog(value: JsonValue, at: string, originsOf: (baseUrl: string) => string[]): TrustedLog {
  const log = readObject(value, at, {
    required: ['baseUrl', 'hashAlgorithm', 'publicKey', 'logId'],
    optional: ['checkpointKeyId', 'operator'],
  });
  if (log.hashAlgorithm !== 'SHA2_256') throw shapeMismatch(`${at}.hashAlgorithm`, 'SHA2_256');
  const baseUrl = readText(log.baseUrl, `${at}.baseUrl`);
  const key = readPublicKey(log.publicKey, `${at}.publicKey`);
  const logId = readKeyId(log.logId ?? null, `${at}.logId`);
  const ids = possibleLogIds(key.publicKey, originsOf(baseUrl));
  if (!ids.some((id) => equalBytes(id, logId)))
    throw shapeMismatch(`${at}.logId`, "the id that the log's key gives");
  const checkpointKeyId = readOptional(log.checkpointKeyId, `${at}.checkpointKeyId`, readKeyId);
  const noteIds = possibleLogIds(key.publicKey, possibleOrigins(baseUrl));
  if (checkpointKeyId !== undefined && !isCheckpointKeyId(checkpointKeyId, noteIds))
    throw shapeMismatch(`${at}.checkpointKeyId`, "the key id that the log's key gives");
  const operator = readOptional(log.operator, `${at}.operator`, readString);
  return {
    baseUrl,
    logId,
    ...key,
    ...field('checkpointKeyId', checkpointKeyId),
    ...field('operator', operator),
  };
}

function readPublicKey(
  value: JsonValue | undefined,
  at: string,
): Pick<LogKey, 'publicKey' | 'keyDetails' | 'validFor'> {
  const key = readObject(value, at, { required: ['rawBytes', 'keyDetails', 'validFor'] });
  const keyDetails = readString(key.keyDetails, `${at}.keyDetails`);
  const publicKey = importLogKey(readBase64(key.rawBytes, `${at}.rawBytes`), keyDetails, at);
  return { publicKey, keyDetails, validFor: readValidity(key.validFor, `${at}.validFor`) };
}

function readKeyId(value: JsonValue, at: string): Uint8Array {
  return readBase64(readObject(value, at, { required: ['keyId'] }).keyId, `${at}.keyId`);
}

function readAuthorities(value: JsonValue, at: string): TrustedAuthority[] {
  return readList(value, at, readAuthority);
}

function readAuthority(value: JsonValue, at: string): TrustedAuthority {
  const authority = readObject(value, at, {
    required: ['certChain', 'validFor'],
    optional: ['subject', 'uri', 'operator'],
  });
  const { certificates } = readObject(authority.certChain, `${at}.certChain`, { required: ['certificates'] });
  const chain = readList(certificates, `${at}.certChain.certificates`, readCertificate);
  if (chain.length === 0) throw shapeMismatch(`${at}.certChain`, 'at least one certificate');
  return {
    chain,
    validFor: readValidity(authority.validFor, `${at}.validFor`),
    ...field('subject', readOptional(authority.subject, `${at}.subject`, readSubject)),
    ...field('uri', readOptional(authority.uri, `${at}.uri`, readString)),
    ...field('operator', readOptional(authority.operator, `${at}.operator`, readString)),
  };
}

// Whether a certificate may issue is judged with the chain it is used in; here it must only be one.
function readCertificate(value: JsonValue, at: string): Uint8Array {
  const der = readBase64(readObject(value, at, { required: ['rawBytes'] }).rawBytes, `${at}.rawBytes`);
  try {
    if (equalBytes(new X509Certificate(der).raw, der)) return der;
  } catch {
    // OpenSSL's own words would add nothing.
  }
  throw shapeMismatch(`${at}.rawBytes`, 'a certificate in DER');
}

function readSubject(value: JsonValue, at: string): NonNullable<CertificateAuthority['subject']> {
  const name = readObject(value, at, { optional: ['organization', 'commonName'] });
  return {
    ...field('organization', readOptional(name.organization, `${at}.organization`, readString)),
    ...field('commonName', readOptional(name.commonName, `${at}.commonName`, readString)),
  };
}

function forOthers<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map(forOthers) as T;
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key, item]) => item !== null && key !== 'checkpointKeyId');
  return Object.fromEntries(kept.map(([key, item]) => [key, forOthers(item)])) as T;
}
