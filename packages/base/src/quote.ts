// SPDX-License-Identifier: Apache-2.0

const MAX_EXCERPT = 100;

/** A hostile text as it may stand in a message: quoted, control characters escaped, at most `limit` characters of it. */
export function quote(text: string, limit: number = MAX_EXCERPT): string {
  const excerpt = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(excerpt).replaceAll(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
