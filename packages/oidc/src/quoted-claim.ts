// SPDX-License-Identifier: Apache-2.0

/** Somebody else's text (a claim, an audience) as a message may show it: quoted, printable and not at any length. */
export function quoteClaim(value: string): string {
  return JSON.stringify(value.slice(0, 100).replace(/[^\x20-\x7e]/g, '?'));
}
