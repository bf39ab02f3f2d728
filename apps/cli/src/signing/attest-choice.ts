// SPDX-License-Identifier: Apache-2.0
import {
  CEP27_PREDICATE_TYPE,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
} from '@colophon/attestation';
import { parseDistFilename } from '@colophon/dist';
import { usageError } from '../cli-error.ts';
import { predicateTypeName, readPredicateTypes } from '../identity/predicate-type.ts';
import type { Arguments } from '../options/arguments.ts';
import type { NamedOutput } from './named-output.ts';
import type { Purpose } from './signing.ts';

/** What an attestation is written as. */
export type AttestForm = Purpose['output'];

/** Where a predicate comes from: there is none, the claims of the token tell it, or it is a file for each dist. */
export type PredicateSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'claims' }
  | { readonly kind: 'file'; readonly template: string };

export interface ChosenType {
  /** The URI. */
  readonly type: string;
  readonly source: PredicateSource;
}

const PEP740_TYPES: readonly string[] = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];
/** What stands for a predicate where no file is given; all other types need one. */
const WITHOUT_FILE: ReadonlyMap<string, PredicateSource> = new Map([
  [PUBLISH_PREDICATE_TYPE, { kind: 'none' }],
  [SLSA_PROVENANCE_PREDICATE_TYPE, { kind: 'claims' }],
  [CEP27_PREDICATE_TYPE, { kind: 'none' }],
]);

/** The types to attest, and which of them the file of `--predicate` is for. @throws CliError ERR_USAGE */
export function chosenTypes(args: Arguments): ChosenType[] {
  const types = readPredicateTypes(args) ?? [PUBLISH_PREDICATE_TYPE];
  const template = args.text('predicate');
  const owner = template === undefined ? undefined : predicateOwner(types);
  return types.map((type) => {
    if (template !== undefined && type === owner) return { type, source: { kind: 'file', template } };
    const source = WITHOUT_FILE.get(type);
    if (source === undefined)
      throw usageError(`--predicate-type ${predicateTypeName(type)} needs --predicate FILE`);
    return { type, source };
  });
}

// One file cannot be two predicates: the type that needs it has it, else the one that can take one.
function predicateOwner(types: readonly string[]): string {
  const needing = types.filter((type) => !WITHOUT_FILE.has(type));
  const able = types.filter((type) => type !== PUBLISH_PREDICATE_TYPE);
  const [owner, another] = needing.length > 0 ? needing : able;
  if (owner === undefined) throw usageError('--predicate: a publish attestation has no predicate');
  if (another === undefined) return owner;
  const [one, two] = [owner, another].map(predicateTypeName);
  throw usageError(`--predicate serves one type, and could be for ${one} or ${two}: attest them one by one`);
}

/**
 * The form of one attestation: PEP 740 where an index takes it, and a bundle otherwise, unless `--format` or `--bundle` say
 * it.
 * @throws CliError ERR_USAGE; DistError ERR_DIST_FILENAME when a PEP 740 attestation is wanted of what is no dist
 */
export function formOf(
  type: string,
  filename: string,
  { args, bundle }: { args: Arguments; bundle: NamedOutput | undefined },
): AttestForm {
  const format = args.text('format');
  if (bundle !== undefined && format !== undefined && format !== 'bundle')
    throw usageError(`${bundle.source} names a bundle, and --format is ${format}`);
  if (bundle !== undefined || format === 'bundle') return 'bundle';
  const able = PEP740_TYPES.includes(type);
  if (format === undefined && !(able && (type === PUBLISH_PREDICATE_TYPE || isDist(filename))))
    return 'bundle';
  if (!able)
    throw usageError(
      `--format ${format}: indexes take no attestation of the type ${predicateTypeName(type)}`,
    );
  parseDistFilename(filename);
  return format === 'both' ? 'both' : 'pep740';
}

function isDist(filename: string): boolean {
  try {
    parseDistFilename(filename);
    return true;
  } catch {
    return false;
  }
}
