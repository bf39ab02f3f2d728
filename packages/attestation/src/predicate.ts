// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, type JsonValue, parseJson, readObject, readText, shapeMismatch } from '@colophon/base';
import { reading } from './attestation-error.ts';
import { PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE } from './statement.ts';

/** What conda channels call a publish attestation (CEP 27). */
export const CEP27_PREDICATE_TYPE = 'https://schemas.conda.org/attestations-publish-1.schema.json';
/** An SPDX 2 document, which says its own version (in-toto predicate SPDX). */
export const SPDX_PREDICATE_TYPE = 'https://spdx.dev/Document';
/** A CycloneDX bill of materials, which says its own version (in-toto predicate CycloneDX). */
export const CYCLONEDX_PREDICATE_TYPE = 'https://cyclonedx.org/bom';

/** A predicate that was read: its value, and the text that it was read from, in which no number lost a digit. */
export interface PredicateDocument {
  readonly value: JsonValue;
  readonly json: string;
}

const CHECKS: ReadonlyMap<string, (predicate: JsonValue) => void> = new Map([
  [PUBLISH_PREDICATE_TYPE, assertPublish],
  [SLSA_PROVENANCE_PREDICATE_TYPE, assertProvenance],
  [CEP27_PREDICATE_TYPE, assertConda],
  [SPDX_PREDICATE_TYPE, assertSpdx],
  [CYCLONEDX_PREDICATE_TYPE, assertCycloneDx],
]);

/**
 * Reads a predicate for a statement of the given type: one JSON document, without a key that stands twice. Of the types
 * above and of PyPI's two it must look like one of that type; others may hold anything.
 * @throws AttestationError ERR_PREDICATE
 */
export function parsePredicate(source: string | Uint8Array, predicateType: string): PredicateDocument {
  return reading('ERR_PREDICATE', `predicate of the type ${predicateType}`, () => {
    const json = (typeof source === 'string' ? source : decodeUtf8(source)).trim();
    const value = parseJson(json);
    CHECKS.get(predicateType)?.(value);
    return { value, json };
  });
}

/** Holds a predicate, or its absence, to its type. @throws AttestationError ERR_PREDICATE */
export function assertPredicate(predicate: JsonValue | undefined, predicateType: string): void {
  reading('ERR_PREDICATE', `predicate of the type ${predicateType}`, () =>
    CHECKS.get(predicateType)?.(predicate ?? null),
  );
}

// PyPI takes an object of any content, or nothing.
function assertPublish(predicate: JsonValue): void {
  if (predicate !== null) readObject(predicate, '$', { open: true });
}

// SLSA provenance v1: the fields that every reader needs.
function assertProvenance(predicate: JsonValue): void {
  const { buildDefinition, runDetails } = readObject(predicate, '$', {
    required: ['buildDefinition', 'runDetails'],
    open: true,
  });
  const definition = readObject(buildDefinition, '$.buildDefinition', {
    required: ['buildType', 'externalParameters'],
    open: true,
  });
  readText(definition.buildType, '$.buildDefinition.buildType');
  readObject(definition.externalParameters, '$.buildDefinition.externalParameters', { open: true });
  const details = readObject(runDetails, '$.runDetails', { required: ['builder'], open: true });
  const builder = readObject(details.builder, '$.runDetails.builder', { required: ['id'], open: true });
  readText(builder.id, '$.runDetails.builder.id');
}

// CEP 27: nothing, or the channel that the package is meant for, as a URL without a slash at its end.
function assertConda(predicate: JsonValue): void {
  if (predicate === null) return;
  const { targetChannel } = readObject(predicate, '$', { required: ['targetChannel'] });
  const channel = readText(targetChannel, '$.targetChannel');
  if (!/^https?:$/.test(URL.parse(channel)?.protocol ?? '') || channel.endsWith('/'))
    throw shapeMismatch('$.targetChannel', 'an http or https URL without a slash at its end');
}

function assertSpdx(predicate: JsonValue): void {
  const { spdxVersion } = readObject(predicate, '$', { required: ['spdxVersion'], open: true });
  if (!/^SPDX-2\.[0-9]+$/.test(readText(spdxVersion, '$.spdxVersion')))
    throw shapeMismatch(
      '$.spdxVersion',
      'SPDX-2.x (a document of SPDX 3 is of the type https://spdx.dev/Document/v3)',
    );
}

function assertCycloneDx(predicate: JsonValue): void {
  const { bomFormat, specVersion } = readObject(predicate, '$', {
    required: ['bomFormat', 'specVersion'],
    open: true,
  });
  if (bomFormat !== 'CycloneDX') throw shapeMismatch('$.bomFormat', 'CycloneDX');
  readText(specVersion, '$.specVersion');
}

// A name that a channel would take, in lower case: NAME-VERSION-BUILD.
const CONDA_FILENAME = /^[a-z0-9_][a-z0-9_.-]*-[a-z0-9_.!+]+-[a-z0-9_.+]+\.(?:conda|tar\.bz2)$/;

/** Whether a file is named as CEP 27 wants the subject of an attestation to be. */
export function isCondaFilename(filename: string): boolean {
  return CONDA_FILENAME.test(filename);
}
