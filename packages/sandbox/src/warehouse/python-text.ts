// SPDX-License-Identifier: Apache-2.0

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as Python's `repr` shows it: Warehouse quotes names so in its refusals. */
export function pythonQuoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (char) =>
    char === quote ? `\\${char}` : (ESCAPES[char] ?? printable(char)),
  );
  return `${quote}${escaped.join('')}${quote}`;
}

function printable(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  if (!/[\p{C}\p{Z}]/u.test(char) || char === ' ') return char;
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
  if (point < 0x10000) return `\\u${point.toString(16).padStart(4, '0')}`;
  return `\\U${point.toString(16).padStart(8, '0')}`;
}

/** The longer values of a form are shown by their ends. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 30)}...${text.slice(-30)}` : text;
}

/** Text for an HTML page or attribute. */
export function htmlEscaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}
