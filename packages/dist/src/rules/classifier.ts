// SPDX-License-Identifier: Apache-2.0
import { CLASSIFIERS, DEPRECATED_CLASSIFIERS } from '../registers/trove-classifiers.ts';

/** What the register says of a classifier. */
export type ClassifierStanding =
  | { readonly kind: 'known' }
  | { readonly kind: 'deprecated'; readonly instead: readonly string[] }
  /** Not in the register, but of a kind that is added whenever some software has a new version. */
  | { readonly kind: 'newer' }
  /** Begins with `Private ::`, which keeps a package off public indexes. */
  | { readonly kind: 'private' }
  /** Not in the register; `meant` is the one that differs in case or blanks alone. */
  | { readonly kind: 'unknown'; readonly meant: string | undefined };

const VERSION = /^[0-9]+(?:\.[0-9]+)*$/;
const SEPARATOR = ' :: ';

/** Looks a classifier up in the register of trove-classifiers, which PyPI holds every upload to, letter by letter. */
export function classifierStanding(classifier: string): ClassifierStanding {
  if (Object.hasOwn(DEPRECATED_CLASSIFIERS, classifier)) {
    const instead = (DEPRECATED_CLASSIFIERS[classifier] ?? '').split('|').filter((name) => name !== '');
    return { kind: 'deprecated', instead };
  }
  if (isRegistered(classifier)) return { kind: 'known' };
  if (/^private\s*::/i.test(classifier)) return { kind: 'private' };
  const meant = byLooseName().get(loose(classifier));
  if (meant === undefined && mayBeNewer(classifier)) return { kind: 'newer' };
  return { kind: 'unknown', meant };
}

/** Whether a classifier is not in the register, but of a kind that an index may know by now. */
export function mayBeNewerClassifier(classifier: string): boolean {
  return classifierStanding(classifier).kind === 'newer';
}

function isRegistered(classifier: string): boolean {
  const at = classifier.indexOf(SEPARATOR);
  const [top, rest] = [classifier.slice(0, at), classifier.slice(at + SEPARATOR.length)];
  return at > 0 && !rest.includes('|') && restsOf(top).includes(rest);
}

// The register that came with this program grows old: a new Python, Django or CUDA must not be called a mistake.
function mayBeNewer(classifier: string): boolean {
  const at = classifier.lastIndexOf(SEPARATOR);
  const [parent, last] = [classifier.slice(0, at), classifier.slice(at + SEPARATOR.length)];
  return VERSION.test(last) && at > 0 && (isRegistered(parent) || hasVersions(parent));
}

function restsOf(top: string): string[] {
  return Object.hasOwn(CLASSIFIERS, top) ? (CLASSIFIERS[top] ?? '').split('|') : [];
}

function hasVersions(parent: string): boolean {
  const start = parent + SEPARATOR;
  for (const name of byLooseName().values())
    if (name.startsWith(start) && VERSION.test(name.slice(start.length))) return true;
  return false;
}

let looseNames: ReadonlyMap<string, string> | undefined;

// Made once: a hostile file may name thousands that are not in it.
function byLooseName(): ReadonlyMap<string, string> {
  looseNames ??= new Map(
    Object.keys(CLASSIFIERS)
      .flatMap((top) => restsOf(top).map((rest) => top + SEPARATOR + rest))
      .map((name) => [loose(name), name]),
  );
  return looseNames;
}

function loose(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, '');
}
