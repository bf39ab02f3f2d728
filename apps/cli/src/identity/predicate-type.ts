// SPDX-License-Identifier: Apache-2.0
import {
  CEP27_PREDICATE_TYPE,
  CYCLONEDX_PREDICATE_TYPE,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  SPDX_PREDICATE_TYPE,
} from '@colophon/attestation';
import { usageError } from '../cli-error.ts';
import type { Arguments } from '../options/arguments.ts';

/** The predicate types that have a short name on the command line. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['publish', PUBLISH_PREDICATE_TYPE],
  ['slsa-provenance', SLSA_PROVENANCE_PREDICATE_TYPE],
  ['cep27', CEP27_PREDICATE_TYPE],
  ['spdx', SPDX_PREDICATE_TYPE],
  ['cyclonedx', CYCLONEDX_PREDICATE_TYPE],
]);

/** What `--predicate-type` takes, in words. */
const PREDICATE_TYPE_WORDS = [...NAMED.keys(), 'or a URI'].join(', ').replace(', or', ' or');

/** The predicate types that were named, by their URIs; undefined where none was. @throws CliError ERR_USAGE */
export function readPredicateTypes(args: Arguments): readonly string[] | undefined {
  const types = args.texts('predicate-type').map((text) => {
    const type = NAMED.get(text) ?? text;
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(type))
      throw usageError(`--predicate-type ${text}: expected ${PREDICATE_TYPE_WORDS}`);
    return type;
  });
  return types.length === 0 ? undefined : [...new Set(types)];
}

/** The short name of a predicate type where it has one, as `--predicate-type` takes it. */
export function predicateTypeName(type: string): string {
  return [...NAMED].find(([, uri]) => uri === type)?.[0] ?? type;
}

/**
 * What the name of a bundle says of its predicate type: the short name, or a word of the URI (`test-result` of
 * `https://in-toto.io/attestation/test-result/v0.1`). The type may be anybody's text, and becomes part of a file's name.
 */
export function predicateTypeLabel(type: string): string {
  const known = predicateTypeName(type);
  if (known !== type) return known;
  const words = type.toLowerCase().split(/[/:?#]/);
  return words.findLast((word) => /^(?!v\d)[a-z][a-z0-9-]{0,39}$/.test(word)) ?? 'statement';
}
