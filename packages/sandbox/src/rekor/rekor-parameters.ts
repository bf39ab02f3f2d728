// SPDX-License-Identifier: Apache-2.0
import type { JsonValue } from '@colophon/base';
import { jsonFailure } from '../json-failure.ts';
import { ApiError, invalid } from '../openapi/api-error.ts';
import type { RekorLog } from './rekor-log.ts';

/** The ids of entries: a leaf hash, with or without the tree's id before it. */
export const ENTRY_ID_PATTERN = '^([0-9a-fA-F]{64}|[0-9a-fA-F]{80})$';

const LARGEST_TREE_ID = 2n ** 63n - 1n;

/** A whole number in the query. @throws ApiError */
export function integerParameter(
  url: URL,
  name: string,
  { minimum, fallback }: { readonly minimum: number; readonly fallback?: number },
): number {
  const text = url.searchParams.get(name);
  if (!text && fallback !== undefined) return fallback;
  if (!text) throw invalid('required', `${name} in query is required`);
  if (!/^[+-]?\d{1,18}$/.test(text))
    throw invalid('type', `${name} in query must be of type int64: ${JSON.stringify(text)}`);
  const value = Number(text);
  if (value < minimum)
    throw invalid('minimum', `${name} in query should be greater than or equal to ${minimum}`);
  return value;
}

/** The tree that the query names, if it does. @throws ApiError */
export function treeParameter(url: URL): string | undefined {
  const tree = url.searchParams.get('treeID');
  if (tree && !/^[0-9]+$/.test(tree)) throw invalid('pattern', "treeID in query should match '^[0-9]+$'");
  return tree ?? undefined;
}

/** Where in the log the entry with the id that a path names stands, if it does. @throws ApiError */
export function entryIndex(id: string, log: RekorLog): number | undefined {
  if (!new RegExp(ENTRY_ID_PATTERN).test(id))
    throw invalid('pattern', `entryUUID in path should match '${ENTRY_ID_PATTERN}'`);
  const tree = id.length === 80 ? id.slice(0, 16) : undefined;
  if (tree !== undefined) {
    const failure = treeIdFailure(tree);
    if (failure === undefined && BigInt(`0x${tree}`) === 0n)
      throw new ApiError(500, 'unexpected error communicating with transparency log');
    if (failure) throw new ApiError(400, `validation error: ${failure}`);
    if (tree.toLowerCase() !== log.treeIdHex) return undefined;
  }
  return log.indexOf(id.slice(-64).toLowerCase());
}

/** What is wrong with 16 hexadecimal digits as a tree's id, which is a positive 64-bit number. */
function treeIdFailure(tree: string): string | undefined {
  return BigInt(`0x${tree}`) > LARGEST_TREE_ID ? `${tree} is not a valid TreeID` : undefined;
}

/** The JSON of a body; what is not JSON is the server's fault, says Rekor. @throws ApiError */
export function parseBody(body: Uint8Array): JsonValue {
  const text = Buffer.from(body).toString();
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new ApiError(500, jsonFailure(text, 'unexpected EOF'), {
      cause,
    });
  }
}
