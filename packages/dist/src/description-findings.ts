// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { error, unjudged, warning, type Finding } from './finding.ts';
import { descriptionType } from './rules/content-type.ts';

/** What came of rendering a description. */
export type RenderVerdict =
  | { readonly kind: 'rendered' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** There was nobody to render it. */
  | { readonly kind: 'unjudged'; readonly reason: string };

/** Renders reStructuredText as PyPI does (readme_renderer), elsewhere than in this package. */
export type RstRenderer = (text: string) => Promise<RenderVerdict>;

/** What PyPI minds in the description: of the three types it is reStructuredText that can fail. */
export async function descriptionFindings(metadata: RawMetadata, renderRst: RstRenderer): Promise<Finding[]> {
  const description = fieldValue(metadata, 'description');
  const stated = fieldValue(metadata, 'description-content-type');
  const findings =
    stated === undefined
      ? [
          warning(
            'description-type-missing',
            'no description content type is stated: reStructuredText is assumed',
          ),
        ]
      : [];
  if (description === undefined)
    return [...findings, warning('description-missing', 'there is no description')];
  const type = descriptionType(stated);
  if (type === 'text/plain') return findings;
  const verdict = type === 'text/markdown' ? await renderMarkdown(description) : await renderRst(description);
  return [...findings, ...verdictFindings(type, verdict)];
}

function verdictFindings(type: string, verdict: RenderVerdict): Finding[] {
  if (verdict.kind === 'rendered') return [];
  // The reason repeats lines of the description.
  const shown = quote(verdict.reason);
  return verdict.kind === 'failed'
    ? [error('description-render', `the description cannot be rendered as ${type}: ${shown}`)]
    : [unjudged('description-not-judged', `the description was not rendered as ${type}: ${shown}`)];
}

/** A long description takes a second. */
const MARKDOWN_MS = 10_000;

// Every text is Markdown, and PyPI refuses none. A renderer that gives up says nothing of PyPI's, which takes other texts
// ill; and this one takes hours, or all memory, over some that were made for it: it is stopped.
async function renderMarkdown(text: string): Promise<RenderVerdict> {
  const [{ marked }, { runInNewContext }] = await Promise.all([import('marked'), import('node:vm')]);
  const render = (): void => void marked.parse(text, { async: false, gfm: true });
  try {
    runInNewContext('render()', { render }, { timeout: MARKDOWN_MS });
    return { kind: 'rendered' };
  } catch {
    return { kind: 'unjudged', reason: 'the renderer did not come to its end' };
  }
}
