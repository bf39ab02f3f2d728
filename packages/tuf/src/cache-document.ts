// SPDX-License-Identifier: Apache-2.0
import {
  encodeBase64,
  EncodingError,
  parseJson,
  quote,
  readBase64,
  readList,
  readObject,
  readTimestamp,
  type JsonObject,
} from '@colophon/base';
import { TufError } from './tuf-error.ts';

/**
 * What is kept of a repository: every file that leads from the first root to the targets, as it was served. Nothing
 * in it is believed: it is evidence, to be judged on each use.
 */
export interface CachedRepository {
  readonly url: string;
  /** When the repository was last asked. Not signed: the expiry of the metadata bounds what it can claim. */
  readonly refreshed: Date;
  readonly roots: readonly Uint8Array[];
  readonly timestamp: Uint8Array;
  readonly snapshot: Uint8Array;
  readonly targets: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const SCHEMA = 'colophon.tuf-cache/1';
const METADATA = ['timestamp', 'snapshot', 'targets'] as const;

/** One document, so that a cache is of one moment: no reader meets the files of two. */
export function encodeCachedRepository(cached: CachedRepository): string {
  const files = [...cached.files].map(([name, bytes]): [string, string] => [name, encodeBase64(bytes)]);
  const document: JsonObject = {
    schema: SCHEMA,
    url: cached.url,
    refreshed: cached.refreshed.toISOString(),
    roots: cached.roots.map((bytes) => encodeBase64(bytes)),
    timestamp: encodeBase64(cached.timestamp),
    snapshot: encodeBase64(cached.snapshot),
    targets: encodeBase64(cached.targets),
    files: Object.fromEntries(files),
  };
  return `${JSON.stringify(document)}\n`;
}

/** @throws TufError ERR_TUF_CACHE */
export function parseCachedRepository(bytes: Uint8Array): CachedRepository {
  try {
    return readDocument(bytes);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new TufError('ERR_TUF_CACHE', `the cache is damaged: ${cause.message}`, { cause });
  }
}

function readDocument(bytes: Uint8Array): CachedRepository {
  const document = readObject(parseJson(bytes), '$', {
    required: ['schema', 'url', 'refreshed', 'roots', ...METADATA, 'files'],
  });
  const { schema, url } = document;
  if (schema !== SCHEMA || typeof url !== 'string')
    throw new TufError('ERR_TUF_CACHE', 'the cache is of another format');
  const files = readObject(document.files, '$.files', { open: true });
  return {
    url,
    refreshed: readTimestamp(document.refreshed, '$.refreshed'),
    roots: readList(document.roots, '$.roots', readBase64),
    timestamp: readBase64(document.timestamp, '$.timestamp'),
    snapshot: readBase64(document.snapshot, '$.snapshot'),
    targets: readBase64(document.targets, '$.targets'),
    files: new Map(
      Object.entries(files).map(([name, text]) => [name, readBase64(text, `$.files[${quote(name)}]`)]),
    ),
  };
}
