// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalWords } from '../src/server-words.ts';

function words(body: string, status = 400): string {
  return refusalWords({ status, body: Buffer.from(body) });
}

describe('the words of a refusal', () => {
  it.each([
    [
      'the status line of Warehouse',
      '{"code":"400 No file","message":"long\\n\\nNo file","title":"Bad Request"}',
      'No file',
    ],
    [
      'the message, where the status line is empty',
      '{"code":"400 Bad Request","message":"No file"}',
      'No file',
    ],
    ['the message, where the code is a word', '{"code":"bad_request","message":"No file"}', 'No file'],
    ['a problem document', '{"type":"about:blank","title":"Bad Request","detail":"No file"}', 'No file'],
    ['an error', '{"error":"No file"}', 'No file'],
    ['JSON without any of these, whole', '{"content":["No file"]}', '{"content":["No file"]}'],
    ['a list, whole', '["No file"]', '["No file"]'],
    ['plain text', 'No\r\n  file\n', 'No file'],
    [
      'HTML without markup, head and scripts',
      '<html><head><title>x</title></head><script>y</script><!-- z --><h1>No</h1>\n<b>file</b>',
      'No file',
    ],
    ['HTML with entities', '<p>a &lt; b &amp;&#39;&#x41;&bogus; &#9999999;', "a < b &'A&bogus; &#9999999;"],
    ['nothing', '', ''],
    ['no text', '{"message":"","detail":5}', '{"message":"","detail":5}'],
  ])('are %s', (_title, body, expected) => {
    expect(words(body)).toBe(expected);
  });

  it('are one bounded line without control characters, whatever the server sends', () => {
    const hostile = fc.constantFrom(
      '<',
      '</script>',
      '<!--',
      '&#27;',
      '\u001b[',
      '\u202e',
      '{"message":"',
      '\n::error::',
      '"}',
    );
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.array(fc.oneof(hostile, fc.string()), { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(body, (text) => {
        const shown = words(text);
        expect(shown.length).toBeLessThan(320);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it.each(['<', '<!--', '<script>', '&#', '<script></script '])(
    'cost little time on a page full of %j',
    (text) => {
      const started = performance.now();
      words(`<p>${text.repeat(100_000)}`);
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );
});
