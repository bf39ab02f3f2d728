// SPDX-License-Identifier: Apache-2.0

/** Go's words for text that is not JSON; `atEnd` where it ends too early. The position is not told. */
export function jsonFailure(text: string, atEnd = 'unexpected end of JSON input'): string {
  const first = text.trimStart()[0];
  if (first === undefined || first === '{' || first === '[') return atEnd;
  return `invalid character '${first}' looking for beginning of value`;
}
