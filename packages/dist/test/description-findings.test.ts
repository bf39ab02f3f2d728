// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { readRawMetadata } from '../src/core-metadata.ts';
import { descriptionFindings, type RenderVerdict } from '../src/description-findings.ts';

const HEAD = 'Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n';

/** Codes of the findings, and the texts that the renderer of reStructuredText was given. */
async function judge(text: string, verdict: RenderVerdict = { kind: 'rendered' }) {
  const rendered: string[] = [];
  const findings = await descriptionFindings(readRawMetadata(Buffer.from(HEAD + text)), async (rst) => {
    rendered.push(rst);
    return verdict;
  });
  return { codes: findings.map(({ severity, code }) => `${severity} ${code}`), rendered };
}

describe('descriptionFindings', () => {
  it.each(['text/markdown', 'text/plain; charset=UTF-8'])('renders %s without help', async (type) => {
    expect(await judge(`Description-Content-Type: ${type}\n\n# [x](y) <b>\n`)).toEqual({
      codes: [],
      rendered: [],
    });
  });

  it('gives reStructuredText to the renderer', async () => {
    expect(await judge('Description-Content-Type: text/x-rst\n\nTitle\n=====\n')).toEqual({
      codes: [],
      rendered: ['Title\n=====\n'],
    });
  });

  it('takes a description without a type for reStructuredText', async () => {
    const { codes, rendered } = await judge('\nTitle\n');
    expect([codes, rendered]).toEqual([['warning description-type-missing'], ['Title\n']]);
  });

  it('says that there is none', async () => {
    expect((await judge('')).codes).toEqual([
      'warning description-type-missing',
      'warning description-missing',
    ]);
  });

  it.each([
    [{ kind: 'failed', reason: 'line 1: bad' } as const, 'error description-render'],
    [{ kind: 'unjudged', reason: 'no Python' } as const, 'unjudged description-not-judged'],
  ])('turns the verdict %j into %s', async (verdict, code) => {
    const { codes } = await judge('Description-Content-Type: text/x-rst\n\nx\n', verdict);
    expect(codes).toEqual([code]);
  });
});
