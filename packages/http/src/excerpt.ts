// SPDX-License-Identifier: Apache-2.0

/** How many characters of a server's answer a message may show. */
const MAX_CHARACTERS = 300;

// A server may echo a token that we never declared, in whatever form: shapes that are only ever credentials.
const CREDENTIAL_SHAPES = [
  /eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g,
  /pypi-[\w-]{16,}/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/gi,
];

/**
 * A short, harmless piece of what a server sent, for a message: control characters (terminal escapes, bidirectional
 * overrides) become spaces, white space is folded, `secrets` and what looks like a credential become `[redacted]`.
 */
export function excerpt(source: Uint8Array | string, secrets: readonly string[] = []): string {
  // Redaction comes before the cut, so that a secret that straddles the end is found whole.
  const text = typeof source === 'string' ? source : Buffer.from(source.subarray(0, 16_384)).toString('utf8');
  const clean = redact(text, secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim();
  return clean.length > MAX_CHARACTERS ? `${clean.slice(0, MAX_CHARACTERS)}...` : clean;
}

function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) if (secret !== '') redacted = redacted.replaceAll(secret, '[redacted]');
  for (const shape of CREDENTIAL_SHAPES) redacted = redacted.replace(shape, '[redacted]');
  return redacted;
}
