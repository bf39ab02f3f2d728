// SPDX-License-Identifier: Apache-2.0
import {
  equalBytes,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  readText,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import type { LogKey } from '@colophon/pki';
import { field } from './field.ts';
import { isCheckpointKeyId, possibleLogIds, possibleOrigins } from './log-id.ts';
import { importLogKey } from './log-public-key.ts';
import { readValidity } from './validity.ts';

/** A transparency or certificate transparency log of a trusted root. */
export interface TrustedLog extends LogKey {
  /** The key id on the log's checkpoints: four bytes, or the whole hash. Absent: the log id is meant. */
  readonly checkpointKeyId?: Uint8Array;
  readonly operator?: string;
}

export function readTransparencyLogs(value: JsonValue, at: string): TrustedLog[] {
  return readList(value, at, (item, place) => readLog(item, place, possibleOrigins));
}

// A certificate transparency log's id is always the hash of its key (RFC 6962 §3.2), whatever its origin.
export function readCtLogs(value: JsonValue, at: string): TrustedLog[] {
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
