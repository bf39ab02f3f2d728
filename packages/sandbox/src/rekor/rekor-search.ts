// SPDX-License-Identifier: Apache-2.0
import { encodeHex, type JsonObject, type JsonValue } from '@colophon/base';
import { leafHash } from '../merkle-tree.ts';
import { ApiError, invalid } from '../openapi/api-error.ts';
import { EntryError } from './entry-error.ts';
import { isObject } from './go-values.ts';
import { canonicalEntry, parseProposedEntry } from './proposed-entry.ts';
import type { RekorLog } from './rekor-log.ts';
import { ENTRY_ID_PATTERN, entryIndex } from './rekor-parameters.ts';

const MAX_QUERIES = 10;

/** Finds entries by id, by what they say, or by index, in this order; what the log has not is left out. */
export function searchEntries(query: JsonValue, log: RekorLog): JsonObject[] {
  if (!isObject(query))
    throw new ApiError(500, 'json: cannot unmarshal into Go value of type models.SearchLogQuery');
  const ids = listOf(query, 'entryUUIDs').map((id, at) => requireId(id, at));
  const entries = listOf(query, 'entries').map(parseProposedEntry);
  const numbers = listOf(query, 'logIndexes').map((index, at) => requireIndex(index, at));
  if (ids.length + entries.length + numbers.length > MAX_QUERIES)
    throw new ApiError(422, `more than max allowed ${MAX_QUERIES} entries in request`);
  const indexes = [
    ...ids.map((id) => entryIndex(id, log)),
    ...entries.map((entry) => log.indexOf(encodeHex(leafHash(canonical(entry))))),
    ...numbers,
  ];
  return indexes.flatMap((index) => entriesAt(log, index));
}

function entriesAt(log: RekorLog, index: number | undefined): JsonObject[] {
  const entry = index === undefined ? undefined : log.entry(index);
  return entry ? [entry] : [];
}

function listOf(query: JsonObject, name: string): JsonValue[] {
  const list = query[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list))
    throw new ApiError(500, `json: cannot unmarshal into Go struct field SearchLogQuery.${name}`);
  if (list.length === 0) throw invalid('minItems', `${name} in body should have at least 1 items`);
  if (list.length > MAX_QUERIES) throw invalid('maxItems', `${name} in body should have at most 10 items`);
  return list;
}

function requireId(id: JsonValue, at: number): string {
  if (typeof id !== 'string' || !new RegExp(ENTRY_ID_PATTERN).test(id))
    throw invalid('pattern', `entryUUIDs.${at} in body should match '${ENTRY_ID_PATTERN}'`);
  return id;
}

function requireIndex(index: JsonValue, at: number): number {
  if (typeof index !== 'number' || !Number.isInteger(index))
    throw new ApiError(500, 'json: cannot unmarshal into Go struct field SearchLogQuery.logIndexes');
  if (index < 0) throw invalid('minimum', `logIndexes.${at} in body should be greater than or equal to 0`);
  return index;
}

function canonical(entry: Parameters<typeof canonicalEntry>[0]): Uint8Array {
  try {
    return canonicalEntry(entry);
  } catch (cause) {
    if (!(cause instanceof EntryError)) throw cause;
    throw new ApiError(400, cause.message, { cause });
  }
}
