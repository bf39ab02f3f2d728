// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8, type JsonObject, type JsonValue } from '@colophon/base';
import { ApiError, invalid } from '../openapi/api-error.ts';
import { canonicalJson } from './canonical-json.ts';
import { canonicalDsseSpec, proposesEnvelope } from './dsse-entry.ts';
import { EntryError } from './entry-error.ts';
import { goType, isObject } from './go-values.ts';
import { canonicalHashedrekordSpec } from './hashedrekord-entry.ts';

/** An entry as a client proposes it, of a shape that the API allows. */
export interface ProposedEntry {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: JsonValue;
}

/** The kinds of Rekor 1.5. The sandbox logs the first two. */
const KINDS = [
  'dsse',
  'hashedrekord',
  'alpine',
  'cose',
  'helm',
  'intoto',
  'jar',
  'rekord',
  'rfc3161',
  'rpm',
  'tuf',
] as const;

// Semantic versions, in the words of the API description.
const VERSION =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$';

/** Holds a value to the shape that the API gives a proposed entry. @throws ApiError */
export function parseProposedEntry(value: JsonValue): ProposedEntry {
  if (value !== null && !isObject(value))
    throw unreadable(`${goType(value)} into Go value of type models.targetedProposedEntry`);
  const { kind = null, apiVersion = null, spec = null } = value ?? {};
  if (kind !== null && typeof kind !== 'string')
    throw unreadable(`${goType(kind)} into Go struct field targetedProposedEntry.kind of type string`);
  if (!kind) throw invalid('required', 'kind in body is required');
  if (!KINDS.some((known) => known === kind))
    throw new ApiError(422, `invalid kind value: ${JSON.stringify(kind)}`);
  if (apiVersion !== null && typeof apiVersion !== 'string')
    throw unreadable(`${goType(apiVersion)} into Go struct field .apiVersion of type string`);
  if (apiVersion === null) throw invalid('required', 'apiVersion in body is required');
  if (!new RegExp(VERSION).test(apiVersion))
    throw invalid('pattern', `apiVersion in body should match '${VERSION}'`);
  if (spec === null) throw invalid('required', 'spec in body is required');
  return { kind, apiVersion, spec };
}

function unreadable(what: string): ApiError {
  return new ApiError(500, `json: cannot unmarshal ${what}`);
}

/** What the log would keep of an entry, in canonical JSON (RFC 8785). @throws EntryError */
export function canonicalEntry(entry: ProposedEntry): Uint8Array {
  const { kind, apiVersion, spec } = entry;
  if (kind !== 'dsse' && kind !== 'hashedrekord')
    throw new EntryError(`entry kind '${kind}' is not enabled for submission on this server`);
  if (apiVersion !== '0.0.1')
    throw new EntryError(
      `${kind} implementation for version '${apiVersion}' not found: unable to locate entry for version ${apiVersion}`,
    );
  if (!isObject(spec)) throw new EntryError(`unsupported input type ${goType(spec)} for DecodeEntry`);
  return encodeUtf8(canonicalJson({ apiVersion, kind, spec: canonicalSpec(kind, spec) }));
}

function canonicalSpec(kind: 'dsse' | 'hashedrekord', spec: JsonObject): JsonObject {
  return kind === 'dsse' ? canonicalDsseSpec(spec) : canonicalHashedrekordSpec(spec);
}

/** The same, for an entry that is to be added: what repeats a logged entry proposes nothing. @throws EntryError */
export function insertableEntry(entry: ProposedEntry): Uint8Array {
  const canonical = canonicalEntry(entry);
  if (entry.kind === 'dsse' && isObject(entry.spec) && !proposesEnvelope(entry.spec))
    throw new EntryError('entry not insertable into log: missing proposed content');
  return canonical;
}
