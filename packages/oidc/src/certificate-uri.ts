// SPDX-License-Identifier: Apache-2.0

const PLAIN = /^[\w.~!$&'()*+,;=:@[\]%/-]*$/;
const KEPT_IN_PATH = /^[\w.~$&+,/:;=@-]$/;
const KEPT_IN_FRAGMENT = /^[\w.~!()*$&+,/:;=?@-]$/;

/**
 * A URI as Fulcio writes it into a certificate: it parses the text (Go's net/url) and prints it again, so that a workflow
 * file with a space in its name is named in percent-encoding.
 */
export function certificateUri(text: string): string {
  const [, origin = '', path = '', query = '', fragment = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(text) ?? [];
  if (origin === '') return text;
  const end = fragment === '' ? '' : `#${encoded(fragment, KEPT_IN_FRAGMENT)}`;
  return `${origin}${encoded(path, KEPT_IN_PATH)}${query}${end}`;
}

// What needs no encoding stays as it is; else all of it is encoded anew, but for what is encoded already.
function encoded(part: string, kept: RegExp): string {
  if (PLAIN.test(part)) return part;
  return part.replace(/%[0-9A-Fa-f]{2}|./gsu, (piece) =>
    kept.test(piece) || piece.length === 3 ? piece : percent(piece),
  );
}

function percent(piece: string): string {
  return Array.from(
    Buffer.from(piece),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
