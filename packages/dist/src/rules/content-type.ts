// SPDX-License-Identifier: Apache-2.0

/** The types of a description that an index renders. */
export type DescriptionType = 'text/plain' | 'text/x-rst' | 'text/markdown';

const TYPES: readonly string[] = ['text/plain', 'text/x-rst', 'text/markdown'] satisfies DescriptionType[];
const VARIANTS = ['GFM', 'CommonMark'];
const PARAMETER = /^\s*([!#$%&'+.^_`{|}~A-Za-z0-9-]+)\s*=\s*(?:"([^"]*)"|([!#$&+.^_`{|}~A-Za-z0-9-]+))\s*$/;

/** What is wrong with a Description-Content-Type, if anything is. */
export function contentTypeFlaw(value: string): string | undefined {
  const [type = '', ...parameters] = value.split(';');
  const normal = type.trim().toLowerCase();
  if (!TYPES.includes(normal)) return `it must be one of ${TYPES.join(', ')}`;
  const seen = new Set<string>();
  for (const parameter of parameters.at(-1)?.trim() === '' ? parameters.slice(0, -1) : parameters) {
    const [, name = '', quoted, token] = PARAMETER.exec(parameter) ?? [];
    if (name === '' || seen.has(name.toLowerCase())) return 'its parameters are not in order';
    seen.add(name.toLowerCase());
    const flaw = parameterFlaw(normal, name.toLowerCase(), quoted ?? token ?? '');
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** The type that a description is rendered as; reStructuredText where none is said. */
export function descriptionType(value: string | undefined): DescriptionType {
  const type = value?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return TYPES.includes(type) ? (type as DescriptionType) : 'text/x-rst';
}

function parameterFlaw(type: string, name: string, text: string): string | undefined {
  if (name === 'charset' && text !== 'UTF-8') return 'its charset can only be UTF-8, in upper case';
  if (name === 'variant' && type === 'text/markdown' && !VARIANTS.includes(text))
    return `its variant must be one of ${VARIANTS.join(', ')}`;
  return undefined;
}
