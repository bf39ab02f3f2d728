// SPDX-License-Identifier: Apache-2.0

/** A proposed entry that cannot go into the log. The caller puts Rekor's prefix before it. */
export class EntryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EntryError';
  }
}
