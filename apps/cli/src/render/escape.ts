// SPDX-License-Identifier: Apache-2.0

// C0 and C1 controls, bidirectional overrides, zero-width and line separators: each can make a terminal or a
// reader see another text than the one that is there.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Makes text that came from a server, an archive or a certificate safe to show: no control characters, and no line
 * that a CI runner would take for a workflow command (`::set-output`, `##[group]`).
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, '\ufffd').replace(/::/g, ':\u200a:').replace(/##\[/g, '# #[');
}

/** The same, on one line. */
export function escapeLine(text: string): string {
  return escapeText(text).replace(/\s*[\n\t]\s*/g, ' ');
}
