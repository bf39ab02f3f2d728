// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { error, type Finding } from './finding.ts';
import { emailFieldFlaw } from './rules/email-address.ts';
import { webAddressFlaw } from './rules/web-address.ts';

const MAX_LABEL = 32;

/** What PyPI minds in e-mail and web addresses. */
export function addressFindings(metadata: RawMetadata): Finding[] {
  return [
    ...fieldFlaws(metadata, ['author-email', 'maintainer-email'], emailFieldFlaw).map((text) =>
      error('email-address', text),
    ),
    ...fieldFlaws(metadata, ['home-page', 'download-url'], webAddressFlaw).map((text) =>
      error('web-address', text),
    ),
    ...projectUrlFindings(metadata.fields['project-url'] ?? []),
  ];
}

type AddressField = 'author-email' | 'maintainer-email' | 'home-page' | 'download-url';

function fieldFlaws(
  metadata: RawMetadata,
  fields: readonly AddressField[],
  flawOf: (value: string) => string | undefined,
): string[] {
  return fields.flatMap((field) => {
    const value = fieldValue(metadata, field);
    const flaw = value === undefined ? undefined : flawOf(value);
    return flaw === undefined ? [] : [`${field} ${quote(value ?? '')}: ${flaw}`];
  });
}

function projectUrlFindings(values: readonly string[]): Finding[] {
  const labels = new Set<string>();
  return values.flatMap((value) => {
    const comma = value.indexOf(',');
    const label = (comma === -1 ? value : value.slice(0, comma)).trim();
    const repeated = labels.has(label);
    labels.add(label);
    const url = comma === -1 ? '' : value.slice(comma + 1).trim();
    const flaw = repeated ? 'another project URL has the same label' : projectUrlFlaw(label, url);
    return flaw === undefined ? [] : [error('project-url', `project URL ${quote(value)}: ${flaw}`)];
  });
}

function projectUrlFlaw(label: string, url: string): string | undefined {
  if (label === '') return 'it has no label';
  if (url === '') return 'it has no URL';
  if (Array.from(label).length > MAX_LABEL) return `its label has more than ${MAX_LABEL} characters`;
  return webAddressFlaw(url);
}
