// SPDX-License-Identifier: Apache-2.0

/** The types of a description that an index renders. */
const TYPES = ['text/plain', 'text/x-rst', 'text/markdown'];
const VARIANTS = ['GFM', 'CommonMark'];
const PARAMETER = /^\s*([A-Za-z-]+)\s*=\s*("?)([^"]*)\2\s*$/;

/** What is wrong with a Description-Content-Type, if anything is. */
export function contentTypeFlaw(value: string): string | undefined {
  const [type = '', ...parameters] = value.split(';');
  const normal = type.trim().toLowerCase();
  if (!TYPES.includes(normal)) return `it must be one of ${TYPES.join(', ')}`;
  for (const parameter of parameters) {
    const [, name = '', , text = ''] = PARAMETER.exec(parameter) ?? [];
    const flaw = parameterFlaw(normal, name.toLowerCase(), text);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function parameterFlaw(type: string, name: string, text: string): string | undefined {
  if (name === 'charset' && text !== 'UTF-8') return 'its charset can only be UTF-8';
  if (name === 'variant' && type === 'text/markdown' && !VARIANTS.includes(text))
    return `its variant must be one of ${VARIANTS.join(', ')}`;
  return undefined;
}
