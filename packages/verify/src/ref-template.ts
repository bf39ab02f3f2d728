// SPDX-License-Identifier: Apache-2.0
import { normalizeName, sameVersion, type DistFilename } from '@colophon/dist';

const PLACEHOLDER = /(\{version\}|\{name\})/;
const MAX_LENGTH = 512;

/** Tells whether a demanded ref speaks of the distribution, so that its name must be known. */
export function isTemplate(ref: string): boolean {
  return PLACEHOLDER.test(ref);
}

/**
 * Tells whether a git ref is what the template demands for a distribution: its text, where `{version}` stands for any
 * spelling of the same version (PEP 440) and `{name}` for any of the same project name (PEP 503).
 */
export function matchesRef(template: string, ref: string, dist: DistFilename): boolean {
  return ref.length <= MAX_LENGTH && matchParts(template.split(PLACEHOLDER), ref, dist);
}

function matchParts(parts: readonly string[], text: string, dist: DistFilename): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return text === '';
  if (part !== '{version}' && part !== '{name}')
    return text.startsWith(part) && matchParts(rest, text.slice(part.length), dist);
  for (let end = 1; end <= text.length; end += 1)
    if (isSame(part, text.slice(0, end), dist) && matchParts(rest, text.slice(end), dist)) return true;
  return false;
}

function isSame(placeholder: string, text: string, dist: DistFilename): boolean {
  if (placeholder === '{name}') return normalizeName(text) === dist.name;
  try {
    return sameVersion(text, dist.version);
  } catch {
    // Text that is no version is not this one.
    return false;
  }
}
